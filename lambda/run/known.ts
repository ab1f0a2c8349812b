import type { Log } from '../log.ts'
import type { State } from '../state/state.ts'
import type { Store } from '../state/store.ts'
import { readOwnState } from '../state/stored-state.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** What a run knows: what the runs before left, changed as the answers come. */
export type Known = Pick<State, 'breakers'> & {
  /** In the order of Sophos' list. */
  tenants: Map<string, Tenant>
  listedAt: number | undefined
  recordedUntil: number | undefined
  /** When the run before expected the next one, milliseconds since the epoch. */
  readonly plannedAt: number | undefined
}

/**
 * Reads what the runs before left. Nothing else holds on to their counts. `isLost` where it could not be read: then a run
 * that learns nothing new must not save the nothing that it knows.
 */
export async function readKnown(
  store: Store,
  source: string,
  now: number,
  log: Log,
): Promise<{ known: Known; etag: string | null; isLost: boolean }> {
  const { state, etag, isLost } = await readOwnState(store, source, now, log)
  const { tenants, report, ...rest } = state
  return { known: { ...rest, tenants: byId(tenants), plannedAt: report?.nextRunAt }, etag, isLost }
}

export const byId = (tenants: readonly Tenant[]): Map<string, Tenant> =>
  new Map(tenants.map(tenant => [tenant.id, tenant]))
