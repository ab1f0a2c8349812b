import { severities } from '../sophos/detections.ts'
import type { State } from '../state/state.ts'
import { isMoved } from '../tenants/migration.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** A tenant as it is published, with the source that knows it. */
export type Row = Tenant & { readonly source: string }

/**
 * The rows of all sources, worst first. A tenant that two credentials see has one row, so that nothing is counted twice:
 * that of the source with the newer figures, or of one that knows that the tenant moved to Sophos Fusion.
 */
export function mergeSources(
  states: readonly { readonly source: string; readonly state: Pick<State, 'tenants'> }[],
): Row[] {
  const rows = new Map<string, Row>()
  for (const { source, state } of states) {
    for (const tenant of state.tenants) {
      const other = rows.get(tenant.id)
      if (!other || isTruer(tenant, other)) rows.set(tenant.id, { ...tenant, source })
    }
  }
  return [...rows.values()].sort(worstFirst)
}

function isTruer(a: Tenant, b: Tenant): boolean {
  if (isMoved(a) !== isMoved(b)) return isMoved(a)
  return (a.counts?.collectedAt ?? 0) > (b.counts?.collectedAt ?? 0)
}

/**
 * Worst first: by critical, high, medium, low, info, as numbers, then by name. Severities that Sophos did not tell come
 * after every number, rows without any counts last of all, and of these first the ones that moved to Sophos Fusion.
 */
function worstFirst(a: Row, b: Row): number {
  if (!a.counts !== !b.counts) return a.counts ? -1 : 1
  if (!a.counts && isMoved(a) !== isMoved(b)) return isMoved(a) ? -1 : 1
  for (const severity of severities) {
    const difference = (b.counts?.bySeverity?.[severity] ?? -1) - (a.counts?.bySeverity?.[severity] ?? -1)
    if (difference !== 0) return difference
  }
  return byName.compare(a.name, b.name) || (a.id < b.id ? -1 : 1)
}

const byName = new Intl.Collator('en', { numeric: true })
