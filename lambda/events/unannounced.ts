import { hourMs } from '../sophos/detections.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** A tenant's new critical and high detections. Times in milliseconds since the epoch. */
export type Unannounced = {
  readonly critical: number
  readonly high: number
  readonly since: number
  readonly at: number
}

/**
 * Returns what is new in a tenant's answers after `consideredUntil`. Returns undefined if that is nothing, or not known: if
 * a tenant moved, or its counts came from another API than before, the figures differ without new detections.
 *
 * If a run was killed before it considered an answer, hours that began after `consideredUntil` count as new too.
 */
export function unannouncedIn(
  { status, counts, news }: Pick<Tenant, 'status' | 'counts' | 'news'>,
  consideredUntil: number,
): Unannounced | undefined {
  if (status === 'moved' || !counts || !news || counts.collectedAt <= consideredUntil) return undefined
  const missed = news.since > consideredUntil
  const later = missed ? counts.hours.filter(({ startsAt }) => startsAt >= consideredUntil) : []
  const most = (severity: 'critical' | 'high') =>
    Math.max(
      news.bySeverity[severity],
      later.reduce((sum, hour) => sum + (hour.bySeverity?.[severity] ?? 0), 0),
    )
  const [critical, high] = [most('critical'), most('high')]
  if (critical + high === 0) return undefined
  const since = missed ? Math.max(consideredUntil, counts.to - 24 * hourMs) : news.since
  return { critical, high, since, at: counts.collectedAt }
}
