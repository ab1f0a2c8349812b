import { isMoved } from '../tenants/migration.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Memory, Watched } from './memory.ts'
import type { DigestInput } from './step.ts'

/** A tenant's new critical and high detections of which no event has told. Times in milliseconds since the epoch. */
export type Untold = {
  readonly tenant: Tenant
  readonly critical: number
  readonly high: number
  readonly since: number
  /** The time of the figures that last brought some. */
  readonly at: number
}

/** Returns what is to be told of each tenant that has news, by its id: the state's news less what was told of it. */
export function untoldIn(memory: Memory, { tenants }: DigestInput): Map<string, Untold> {
  const told = new Map(memory.told.map(({ id, ...news }) => [id, news]))
  const watched = new Map(memory.watched.map(one => [one.id, one]))
  const untold = new Map<string, Untold>()
  for (const tenant of tenants) {
    const { id, unannounced } = tenant
    const before = watched.get(id)
    const waiting = before?.waiting
    const known = told.get(id)
    const of = known?.from === unannounced?.from ? known : undefined
    const rest = (severity: 'critical' | 'high') =>
      Math.max(0, (unannounced?.[severity] ?? 0) - (of?.[severity] ?? 0)) + (waiting?.[severity] ?? 0)
    const [critical, high] = [rest('critical'), rest('high')]
    const since = waiting?.since ?? unannounced?.since
    const at = unannounced?.at ?? before?.newAt
    if (critical + high > 0 && since !== undefined && at !== undefined)
      untold.set(id, { tenant, critical, high, since, at })
  }
  return untold
}

/**
 * Returns the memory at the start of a run's announcements: with the times of its news, and without the news of tenants
 * that are not to be announced, which counts as told.
 */
export function openMemory(memory: Memory, input: DigestInput): Memory {
  const listed = new Map(input.tenants.map(tenant => [tenant.id, tenant]))
  const untold = untoldIn(memory, input)
  const isSilent = (tenant: Tenant) => tenant.status === 'moved' || input.isMuted(tenant)
  const silent = new Set(input.tenants.filter(isSilent).map(({ id }) => id))
  const watched = memory.watched.flatMap((one): Watched[] => {
    const news = untold.get(one.id)
    const isNew = news?.tenant.unannounced !== undefined && !silent.has(one.id)
    const updated = isNew ? { ...one, ...describe(news) } : one
    if (!reasonToStopWatching(updated, listed.get(one.id), input.isMuted)) return [updated]
    return one.announced ? [{ ...one, waiting: undefined }] : []
  })
  // What the state no longer holds needs no record.
  const told = memory.told.filter(({ id, from }) => listed.get(id)?.unannounced?.from === from)
  return markTold({ ...memory, watched, told }, input.tenants.filter(isSilent))
}

/** Returns the memory with all news of these tenants as told. */
export function markTold(memory: Memory, tenants: readonly Tenant[]): Memory {
  const told = new Map(memory.told.map(one => [one.id, one]))
  for (const { id, unannounced } of tenants) {
    if (!unannounced) continue
    const { from, critical, high } = unannounced
    told.set(id, { id, from, critical, high })
  }
  return { ...memory, told: [...told.values()] }
}

/** What is remembered of a tenant with news. */
export const describe = ({ tenant: { id, name, counts }, at }: Untold) => ({
  id,
  name,
  newAt: at,
  ofFusion: counts?.method === 'fusion',
})

/** Returns why a tenant is no longer watched, whatever its figures are, or undefined. */
export function reasonToStopWatching(
  { id, name, ofFusion }: Watched,
  tenant: Tenant | undefined,
  isMuted: DigestInput['isMuted'],
): 'gone' | 'moved' | 'muted' | undefined {
  if (!tenant) return 'gone'
  // The figures from before a move are wrong or out of date, even if Sophos Fusion gives counts now.
  if (tenant.status === 'moved' || (isMoved(tenant) && !ofFusion)) return 'moved'
  return isMuted({ id, name }) || isMuted(tenant) ? 'muted' : undefined
}
