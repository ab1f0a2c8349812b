import type { FusionCounts } from '../../settings.ts'
import { isMoved, notChecked } from '../../tenants/migration.ts'
import type { Tenant } from '../../tenants/tenant.ts'

const movedReason =
  "This tenant moved to Sophos Fusion, where this API's counts are wrong. Look into Sophos Fusion, or set FUSION_COUNTS=auto."
const askedNext =
  'This tenant moved to Sophos Fusion. Its counts are asked for there as soon as the rate limits allow.'
const askedAgain = 'Moves to Sophos Fusion are no longer checked; this tenant is asked again in its turn.'

/**
 * The tenant as one that moved: no figures remain but Fusion's own. `at` is when the move was found, for a tenant that was
 * not known to have moved.
 */
export function asMoved(tenant: Tenant, at: number, counts: FusionCounts): Tenant {
  const wasMoved = isMoved(tenant)
  if (wasMoved && counts === 'auto' && tenant.status !== 'moved') return tenant
  return {
    ...tenant,
    migration: wasMoved ? tenant.migration : { state: 'moved', checkedAt: at },
    ...(counts === 'off'
      ? { status: 'moved', reason: movedReason }
      : { status: 'pending', reason: askedNext, triedAt: undefined }),
    ...noFigures,
  }
}

/** What was new before a move is not announced after it. */
const noFigures = { counts: undefined, news: undefined, unannounced: undefined }

/** The tenant as if no check had ever been made: this is what switching the guard off means. */
function asNeverChecked(tenant: Tenant): Tenant {
  if (!isMoved(tenant)) return { ...tenant, migration: notChecked }
  const asked = { status: 'pending', reason: askedAgain, triedAt: undefined } as const
  return { ...tenant, ...asked, migration: notChecked, ...noFigures }
}

/** The tenants as a run may show them, by what is known of moves: `moved` holds when each was found (ms). */
export function withMoves(
  tenants: readonly Tenant[],
  moved: ReadonlyMap<string, number>,
  { guard, counts }: { guard: boolean; counts: FusionCounts },
): Tenant[] {
  if (!guard) return tenants.map(asNeverChecked)
  return tenants.map(tenant => {
    const at = moved.get(tenant.id) ?? (isMoved(tenant) ? (tenant.migration.checkedAt ?? 0) : undefined)
    return at === undefined ? tenant : asMoved(tenant, at, counts)
  })
}
