import { isMoved, type Tenant } from '../data/tenant.ts'

/** New critical detections of one tenant in one collection: one event, which gives one signal. */
export type Signal = { key: string; name: string; count: number; at: number }

/** For each tenant (by its key) the time of its newest event that was signalled or passed over, in ms since 1970. */
export type Seen = Readonly<Record<string, number>>

export type Look = {
  /** What this tab saw before; undefined at its first look. */
  previous: readonly Tenant[] | undefined
  tenants: readonly Tenant[]
  /** The file's own time, for a file without Collected_At. A row with neither has no event: it looks the same as the last one. */
  writtenAt: number | undefined
  isMuted: (tenant: Tenant) => boolean
  seen: Seen
}

/**
 * What there is to signal, worst first, and what counts as seen after it. `seen` only ever grows for a tenant that is still listed, so an event
 * is signalled once, in any tab, however often it is checked. What a muted tenant does is seen and not signalled: the end of the muting brings up
 * nothing old.
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
 * How many critical detections are new. The file's own word where it has one, else the growth since the last look. Nothing is new of a tenant
 * that moved to Fusion, nor where the counts come by another way than before: then it is the way that changed.
 */
function newCritical(before: Tenant | undefined, tenant: Tenant): number {
  if (isMoved(tenant)) return 0
  if (before?.method !== undefined && before.method !== tenant.method) return 0
  if (tenant.news) return tenant.news.bySeverity.critical ?? 0
  const earlier = before?.counts.critical
  const now = tenant.counts.critical
  return earlier === undefined || now === undefined ? 0 : Math.max(0, now - earlier)
}
