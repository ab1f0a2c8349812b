import { type BySeverity, type Hour, hourMs, severities, sumSeverities } from '../../sophos/detections.ts'
import type { CollectedCounts, NewDetections } from '../../tenants/tenant.ts'

/**
 * What is new in `now` since `before`, hour by hour: what an hour has grown by is new, and an hour that was not there yet
 * is new as a whole. So detections that roll out of the 24 hours hide no new ones, and late arrivals in an old hour are
 * found.
 *
 * It is never too much, and exact but for one thing that two answers do not show: the oldest hour is cut where the 24
 * hours begin, and late arrivals there are hidden by as many detections of the same severity that rolled out of it.
 * Likewise, detections that Sophos withdrew (suppressed, for instance) hide new ones of their hour and severity.
 *
 * `since` is the end of the answer before, or the beginning of the latest 24 hours where that is later: what came and went
 * between the two was never counted.
 *
 * Undefined where nothing can be said: no answer before, one that is later or came by another method; hours that were not
 * cut alike or do not add up to their totals, as where there are only totals; severities that Sophos left out.
 */
export function newSince(
  before: CollectedCounts | undefined,
  now: CollectedCounts,
): NewDetections | undefined {
  if (before?.method !== now.method || now.to < before.to) return undefined
  const windowStart = now.to - 24 * hourMs
  const since = Math.max(before.to, windowStart)
  if (before.total === 0 || before.to <= windowStart) {
    return now.bySeverity && { since, total: now.total, bySeverity: now.bySeverity }
  }
  if (now.method === 'fusion') return newInFusion(before, now)
  if (!addsUp(before) || !addsUp(now) || !areCutAlike(before.hours, now.hours)) return undefined

  const earlier = new Map(before.hours.map(hour => [hour.startsAt, hour]))
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  let total = 0
  for (const hour of now.hours) {
    const was = earlier.get(hour.startsAt) ?? noDetections
    if (!was.bySeverity || !hour.bySeverity) return undefined
    const growth = growthOf(was.bySeverity, hour.bySeverity)
    for (const severity of severities) bySeverity[severity] += growth[severity]
    // One severity's loss hides another's growth in the total: what is new by severity is new at all.
    total += Math.max(hour.total - was.total, sumSeverities(growth))
  }
  return { since, total, bySeverity }
}

/**
 * Of Fusion's answers only the hour in which one came and the hour before are measured anew each time, so what is new is
 * what these have grown by; undefined where the answer before is older. Late arrivals in older hours are not found.
 */
function newInFusion(before: CollectedCounts, now: CollectedCounts): NewDetections | undefined {
  const from = Math.floor(before.to / hourMs) * hourMs
  const measured = Math.floor(now.to / hourMs) * hourMs - hourMs
  if (from < measured) return undefined
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  for (let startsAt = from; startsAt < now.to; startsAt += hourMs) {
    const is = now.hours.find(hour => hour.startsAt === startsAt)?.bySeverity
    const then = before.hours.find(hour => hour.startsAt === startsAt)?.bySeverity
    // The hour before's own hour must have been known then; the next one had not begun.
    const was = startsAt === from ? then : noDetections.bySeverity
    if (!is || !was) return undefined
    const growth = growthOf(was, is)
    for (const severity of severities) bySeverity[severity] += growth[severity]
  }
  return { since: before.to, total: sumSeverities(bySeverity), bySeverity }
}

/** Sophos may leave out hours without detections: an hour that is not there is zero. */
const noDetections = { total: 0, bySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 } }

const addsUp = ({ hours, total }: CollectedCounts): boolean =>
  hours.reduce((sum, hour) => sum + hour.total, 0) === total

/** Whether all hours begin at the same minute, second and millisecond, and none is there twice. */
function areCutAlike(before: readonly Hour[], now: readonly Hour[]): boolean {
  const offsets = new Set([...before, ...now].map(({ startsAt }) => startsAt % hourMs))
  const areDistinct = (hours: readonly Hour[]) =>
    new Set(hours.map(({ startsAt }) => startsAt)).size === hours.length
  return offsets.size <= 1 && areDistinct(before) && areDistinct(now)
}

const growthOf = (was: BySeverity, is: BySeverity): BySeverity => ({
  critical: Math.max(0, is.critical - was.critical),
  high: Math.max(0, is.high - was.high),
  medium: Math.max(0, is.medium - was.medium),
  low: Math.max(0, is.low - was.low),
  info: Math.max(0, is.info - was.info),
})
