import { hash, pick, poisson, unit } from './hash.ts'

export const hourMs = 3_600_000

export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

export const detectionTypes = ['process', 'threat', 'vulnerability'] as const
type DetectionType = (typeof detectionTypes)[number]

/** Determines the detections of a tenant. */
export type Activity = {
  /** The tenant's number in every hash. */
  readonly key: number
  /** Detections of all severities on an average day without incidents. */
  readonly perDay: number
  readonly hasIncidents: boolean
  /** Hours from UTC to the tenant's local time. */
  readonly utcOffset: number
}

export type Detection = {
  /** Time of detection, ms since 1970. */
  readonly time: number
  readonly severity: Severity
  /** The API's own severity number, 0 to 10. */
  readonly level: number
  readonly type: DetectionType
  /** The number from which all its other fields are derived. */
  readonly key: number
}

export type Counts = {
  readonly total: number
  readonly bySeverity: Record<Severity, number>
  readonly byType: Record<DetectionType, number>
}

/** Share of each severity in a normal hour: critical is rare. */
const shares = { info: 0.52, low: 0.28, medium: 0.165, high: 0.033, critical: 0.002 } as const

/** Detections that an incident adds each hour, for tenants of any size. */
const burst = { info: 2, low: 4, medium: 12, high: 9, critical: 1.6 } as const

/** The API's severity numbers of each severity. */
const levels: Record<Severity, readonly [number, ...number[]]> = {
  info: [0],
  low: [1, 2, 3],
  medium: [4, 5, 6],
  high: [7, 8],
  critical: [9, 10],
}

/** Mixed into the hashes, so that different values for the same hour are independent. */
const salt = { count: 1, time: 2, detection: 3, level: 4, type: 5, incident: 6 } as const

/** High in office hours, low at night, lower at weekends; the weekly average is about 1. */
function workload(activity: Activity, hour: number): number {
  const local = hour + activity.utcOffset
  const hourOfDay = ((local % 24) + 24) % 24
  const day = Math.floor(local / 24)
  // 1 January 1970 was a Thursday.
  const weekday = (((day + 4) % 7) + 7) % 7
  const weekend = weekday === 0 || weekday === 6
  if (hourOfDay >= 8 && hourOfDay < 18) return weekend ? 0.6 : 2
  return weekend ? 0.4 : 0.6
}

/** About one day in 150 has an incident of one to six hours, perhaps past midnight. */
function inIncident(activity: Activity, hour: number): boolean {
  if (!activity.hasIncidents) return false
  const today = Math.floor(hour / 24)
  return [today - 1, today].some(day => {
    if (unit(activity.key, day, salt.incident) >= 1 / 150) return false
    const start = day * 24 + (hash(activity.key, day, salt.incident, 1) % 24)
    const length = 1 + (hash(activity.key, day, salt.incident, 2) % 6)
    return hour >= start && hour < start + length
  })
}

function arrivals(activity: Activity, hour: number, severity: number): number {
  const name = severities[severity]
  if (name === undefined || activity.perDay <= 0) return 0
  const ordinary = (activity.perDay / 24) * shares[name] * workload(activity, hour)
  const expected = ordinary + (inIncident(activity, hour) ? burst[name] : 0)
  return poisson(expected, activity.key, hour, severity, salt.count)
}

/** Divides the hour into one slice for each detection, so that the detections are in order. */
function arrivalTime(
  activity: Activity,
  hour: number,
  severity: number,
  index: number,
  count: number,
): number {
  const within = (index + unit(activity.key, hour, severity, index, salt.time)) / count
  return hour * hourMs + Math.floor(within * hourMs)
}

/** Counts an hour's detections before `time`: those of complete slices, and perhaps that of the current slice. */
function arrivedBefore(
  activity: Activity,
  hour: number,
  severity: number,
  count: number,
  time: number,
): number {
  const slice = Math.floor(((time - hour * hourMs) / hourMs) * count)
  if (slice < 0) return 0
  if (slice >= count) return count
  return arrivalTime(activity, hour, severity, slice, count) < time ? slice + 1 : slice
}

/**
 * Generates a tenant's detections from `from` to `to` (ms, exclusive), by hour and then by severity. Nothing is stored:
 * the same arguments always give the same detections.
 */
export function* detectionsBetween(activity: Activity, from: number, to: number): Generator<Detection> {
  for (let hour = Math.floor(from / hourMs); hour * hourMs < to; hour += 1) {
    for (const [index, severity] of severities.entries()) {
      const count = arrivals(activity, hour, index)
      if (count === 0) continue
      const first = arrivedBefore(activity, hour, index, count, from)
      const end = arrivedBefore(activity, hour, index, count, to)
      for (let number = first; number < end; number += 1) {
        const key = hash(activity.key, hour, index, number, salt.detection)
        yield {
          time: arrivalTime(activity, hour, index, number, count),
          severity,
          level: pick(levels[severity], key, salt.level),
          type: typeOf(key),
          key,
        }
      }
    }
  }
}

function typeOf(key: number): DetectionType {
  const chance = unit(key, salt.type)
  if (chance < 0.55) return 'process'
  return chance < 0.9 ? 'threat' : 'vulnerability'
}

/** Counts detections by severity and type. */
export function countDetections(detections: Iterable<Detection>): Counts {
  const counts = {
    total: 0,
    bySeverity: { info: 0, low: 0, medium: 0, high: 0, critical: 0 },
    byType: { process: 0, threat: 0, vulnerability: 0 },
  }
  for (const detection of detections) {
    counts.total += 1
    counts.bySeverity[detection.severity] += 1
    counts.byType[detection.type] += 1
  }
  return counts
}
