import type { Log } from '../log.ts'
import type { RunOutcome } from '../state/run-report.ts'
import type { Store } from '../state/store.ts'
import { answeredAt, type Tenant } from '../tenants/tenant.ts'
import { memoryKey, parseMemory, type ToldNews } from './memory.ts'

/** How much was told of each tenant's unannounced news, by its id. */
export type Told = ReadonlyMap<string, ToldNews>

export const nothingTold: Told = new Map()

/** Announces a run that was published, while it still has the lease. Returns what was told. */
export type Announce = (outcome: RunOutcome) => Promise<Told>

/** The tenants without the news that was told; all others are the very same objects. */
export const withoutTold = (tenants: readonly Tenant[], told: Told): Tenant[] =>
  tenants.map(tenant => {
    const known = told.get(tenant.id)
    if (!tenant.unannounced || known?.from !== tenant.unannounced.from) return tenant
    const { unannounced, ...rest } = tenant
    const critical = Math.max(0, unannounced.critical - known.critical)
    const high = Math.max(0, unannounced.high - known.high)
    if (critical + high === 0) return rest
    // The rest came with a later answer, and must not be taken for the portion that was told.
    const from = Math.max(unannounced.from + 1, tenant.counts ? answeredAt(tenant.counts) : 0)
    return { ...tenant, unannounced: { ...unannounced, critical, high, from } }
  })

/** Without a bus there is no news to keep. */
export const withoutNews = (tenant: Tenant): Tenant => {
  if (!tenant.unannounced) return tenant
  const { unannounced, ...rest } = tenant
  return rest
}

/**
 * Reads what earlier runs told, which a run that was killed after its announcement did not take out of the state. Where that
 * cannot be read the state keeps it: the announcements still know. `now` in ms.
 */
export async function readTold(store: Store, source: string, now: number, log: Log): Promise<Told> {
  try {
    const found = await store.read(memoryKey(source))
    const memory = found && parseMemory(found.bytes, now)
    return new Map(memory?.told.map(({ id, ...told }) => [id, told]))
  } catch (error) {
    log.warn('the record of announcements was not read at the start', { error })
    return nothingTold
  }
}
