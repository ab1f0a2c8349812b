import type { State } from '../state/state.ts'
import { isMoved } from '../tenants/migration.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { PublishedDataset, Row } from './published-dataset.ts'

/**
 * The rows of all sources, worst first. A tenant that two credentials see has one row, so that nothing is counted twice:
 * that of the source with the newer figures, or of one that knows that the tenant moved to Sophos Fusion.
 */
export function mergeSources(
  { collectedAt, worstFirst }: Pick<PublishedDataset, 'collectedAt' | 'worstFirst'>,
  states: readonly { readonly source: string; readonly state: Pick<State, 'tenants'> }[],
): Row[] {
  const isTruer = (a: Tenant, b: Tenant): boolean =>
    isMoved(a) === isMoved(b) ? (collectedAt(a) ?? 0) > (collectedAt(b) ?? 0) : isMoved(a)

  const rows = new Map<string, Row>()
  for (const { source, state } of states) {
    for (const tenant of state.tenants) {
      const other = rows.get(tenant.id)
      if (!other || isTruer(tenant, other)) rows.set(tenant.id, { ...tenant, source })
    }
  }
  return [...rows.values()].sort(worstFirst)
}
