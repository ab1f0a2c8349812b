import { isMoved, type Tenant } from '../data/tenant.ts'

/** New critical detections of one tenant in one collection: one event, which gives one signal. */
export type Signal = { key: string; name: string; count: number; at: number }

/** For each tenant (by its key), the time of its newest event that was signalled or skipped, in ms since 1970. */
export type Seen = Readonly<Record<string, number>>

export type Look = {
  /** What this tab saw before; undefined on its first look. */
  previous: readonly Tenant[] | undefined
  tenants: readonly Tenant[]
  /** The file's own time, for a file without Collected_At. A row with neither has no event. */
  writtenAt: number | undefined
  isMuted: (tenant: Tenant) => boolean
  seen: Seen
}

/**
 * Returns the signals, worst first, and what counts as seen after them. An entry in `seen` only grows while its tenant
 * is listed, so an event gives one signal, in any tab, however often it is checked. Events of a muted tenant count as
 * seen and give no signal: the end of the mute brings up nothing old.
 */
export function signalsFor({ previous, tenants, writtenAt, isMuted, seen }: Look): {
  signals: readonly Signal[]
  seen: Seen
} {
  const before = new Map(previous?.map(tenant => [tenant.key, tenant]))
  const signals: Signal[] = []
  const nowSeen = new Map<string, number>()
  for (const tenant of tenants) {
    const last = Object.hasOwn(seen, tenant.key) ? seen[tenant.key] : undefined
    if (last !== undefined) nowSeen.set(tenant.key, last)
    const at = tenant.collectedAt ?? writtenAt
    const count = newCritical(before.get(tenant.key), tenant)
    if (count === 0 || at === undefined || at <= (last ?? Number.NEGATIVE_INFINITY)) continue
    nowSeen.set(tenant.key, at)
    if (!isMuted(tenant)) signals.push({ key: tenant.key, name: tenant.name, count, at })
  }
  return { signals: signals.sort((a, b) => b.count - a.count), seen: Object.fromEntries(nowSeen) }
}

/**
 * Returns how many critical detections are new: as the file says, else the growth since the last look. 0 for a tenant
 * that moved to Fusion, and after a change of the counting method: then only the method changed.
 */
function newCritical(before: Tenant | undefined, tenant: Tenant): number {
  if (isMoved(tenant)) return 0
  if (before?.method !== undefined && before.method !== tenant.method) return 0
  if (tenant.news) return tenant.news.bySeverity.critical ?? 0
  const earlier = before?.counts.critical
  const now = tenant.counts.critical
  return earlier === undefined || now === undefined ? 0 : Math.max(0, now - earlier)
}
