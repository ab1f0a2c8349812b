import { hourMs } from '../sophos/detections.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** New critical and high detections of a tenant. Times in milliseconds since the epoch. */
export type Fresh = {
  readonly critical: number
  readonly high: number
  readonly since: number
  readonly at: number
}

/**
 * What is new of a tenant in answers after `consideredUntil`, or undefined where that is nothing, or cannot be told: a
 * tenant that moved, or whose figures came by another way than before, has other figures, not new detections.
 *
 * Where an answer in between was never considered, since its run was killed, the hours that began after `consideredUntil`
 * are new as well: they were not there then.
 */
export function freshIn(
  { status, counts, news }: Pick<Tenant, 'status' | 'counts' | 'news'>,
  consideredUntil: number,
): Fresh | undefined {
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
