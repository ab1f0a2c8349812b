import {
  type BySeverity,
  type Counts,
  type Hour,
  hourMs,
  severities,
  sumSeverities,
} from '../../sophos/detections.ts'
import type { FusionFigures } from '../../sophos/fusion/windows.ts'
import type { CollectedCounts } from '../../tenants/tenant.ts'

const hourOf = (ms: number): number => Math.floor(ms / hourMs) * hourMs

/**
 * A tenant's counts of one answer by Sophos Fusion, with its hours, as far as they are known.
 *
 * Fusion gives no hours, and two totals of rolling 24 hours do not give them either: their difference is what came less
 * what rolled out. So each request also asks what came since the starts of two clock hours, that in which it is asked and
 * the one before. The second less the first, both of the same moment, is the hour before, whole and exact; the first is
 * the hour that goes on. `before` is the answer before: its whole hours are kept. An hour in which, and in the one after
 * which, no request was made stays unknown, until it leaves the 24.
 */
export function countsFromFusion(
  { day, sinceHourBefore, sinceHour }: FusionFigures,
  { askedAt, answeredAt }: { askedAt: number; answeredAt: number },
  before: CollectedCounts | undefined,
): Counts {
  const hour = hourOf(askedAt)
  const measured: Hour[] = []
  const whole = sinceHourBefore && sinceHour && difference(sinceHourBefore, sinceHour)
  if (whole) measured.push(hourWith(hour - hourMs, whole))
  // An answer that came after the hour's end may hold some of the next one.
  if (sinceHour && hourOf(answeredAt) === hour) measured.push(hourWith(hour, sinceHour))

  const last = hourOf(answeredAt)
  const earlier = before?.method === 'fusion' ? before.hours : []
  const isWhole = ({ startsAt }: Hour) => before !== undefined && startsAt < hourOf(before.to)
  const isAnew = ({ startsAt }: Hour) => measured.some(other => other.startsAt === startsAt)
  const kept = earlier.filter(one => isWhole(one) && !isAnew(one))
  const hours = [...kept, ...measured]
    // A clock that was set back leaves hours that are yet to come.
    .filter(({ startsAt }) => startsAt > last - 24 * hourMs && startsAt <= last)
    .sort((a, b) => a.startsAt - b.startsAt)
  const hoursUnknown = 24 - hours.length
  return {
    total: sumSeverities(day),
    bySeverity: day,
    hours,
    hoursUnknown,
    to: answeredAt,
    remark:
      hoursUnknown > 0
        ? `Sophos Fusion gives no hours; they are built from this collector's own answers, ${hours.length} of 24 so far.`
        : undefined,
  }
}

const hourWith = (startsAt: number, bySeverity: BySeverity): Hour => ({
  startsAt,
  total: sumSeverities(bySeverity),
  bySeverity,
})

/** Undefined where it would be negative: then the two were not of the same moment after all. */
function difference(a: BySeverity, b: BySeverity): BySeverity | undefined {
  if (severities.some(severity => a[severity] < b[severity])) return undefined
  return {
    critical: a.critical - b.critical,
    high: a.high - b.high,
    medium: a.medium - b.medium,
    low: a.low - b.low,
    info: a.info - b.info,
  }
}
