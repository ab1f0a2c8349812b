import { hourMs } from './spell.ts'

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type BySeverity = Record<(typeof severities)[number], number>

type Hour = { total: number; bySeverity: BySeverity | undefined }

/** One answer of the server about a tenant, read anew from what the server sent. Times in ms. */
export type Figures = {
  /** Counts the answers of all tenants. */
  readonly seq: number
  readonly method: 'counts' | 'query'
  /** The end of the 24 hours. */
  readonly to: number
  /** The latest arrival that the server knew of. */
  readonly servedAt: number
  /** When the collector had it, by the true clock. */
  readonly heardAt: number
  readonly collectedAt: number
  /** `collectedAt` as Collected_At in the CSV, and to the minute as in the history. */
  readonly time: string
  readonly minute: string
  readonly hours: ReadonlyMap<number, Hour>
  readonly total: number
  readonly bySeverity: BySeverity | undefined
}

const nothing = (): BySeverity => ({ critical: 0, high: 0, medium: 0, low: 0, info: 0 })

/** The time of figures that end at `to` and came at `at`: when they came, unless they are more than an hour older. */
export const timeOfFigures = (to: number, at: number): number => (to < at - hourMs ? to : at)

/** "2026-11-22T10:02:03.456Z", and "2026-11-22 10:02:00". */
export function textsOf(ms: number): Pick<Figures, 'time' | 'minute'> {
  const time = new Date(ms).toISOString()
  return { time, minute: `${time.slice(0, 16).replace('T', ' ')}:00` }
}

type Bucket = { startsAt: string; totalCount: number; countBySeverity?: BySeverity }

/** Reads the hours of an answer of the counts API. Unknown severities stay unknown. */
export function hoursOfCounts(json: unknown): Map<number, Hour> {
  const { resolutionDetectionCounts: buckets } = json as { resolutionDetectionCounts: Bucket[] }
  return new Map(
    buckets.map(({ startsAt, totalCount, countBySeverity }) => [
      Date.parse(startsAt),
      { total: totalCount, bySeverity: totalCount === 0 ? nothing() : countBySeverity },
    ]),
  )
}

/** The severity of each of the API's numbers, as the facts have it: 0, 1 to 3, 4 to 6, 7 and 8, 9 and 10. */
const ofLevel = [
  'info',
  'low',
  'low',
  'low',
  'medium',
  'medium',
  'medium',
  'high',
  'high',
  'critical',
  'critical',
] as const

/** Sorts the results of a query into hours. */
export function hoursOfItems(items: readonly { time: string; severity: number }[]): Map<number, Hour> {
  const hours = new Map<number, { total: number; bySeverity: BySeverity }>()
  for (const { time, severity } of items) {
    const startsAt = Math.floor(Date.parse(time) / hourMs) * hourMs
    const hour = hours.get(startsAt) ?? { total: 0, bySeverity: nothing() }
    const name = ofLevel[severity]
    if (!name) throw new Error(`The simulator gave the severity ${severity}.`)
    hour.total += 1
    hour.bySeverity[name] += 1
    hours.set(startsAt, hour)
  }
  return hours
}

export function sumOf(hours: ReadonlyMap<number, Hour>): Pick<Figures, 'total' | 'bySeverity'> {
  const sum = nothing()
  let total = 0
  let isKnown = true
  for (const hour of hours.values()) {
    total += hour.total
    isKnown &&= hour.bySeverity !== undefined
    for (const severity of severities) sum[severity] += hour.bySeverity?.[severity] ?? 0
  }
  return { total, bySeverity: isKnown ? sum : undefined }
}

/** What is new in an answer. `since` in ms. */
export type News = { readonly since: number; readonly bySeverity: BySeverity }

/**
 * What `now` shows beyond `before`: what each hour has grown by. Undefined where two answers do not say: of two methods, in
 * the wrong order, or without severities.
 */
export function newsBetween(before: Figures | undefined, now: Figures): News | undefined {
  if (before?.method !== now.method || now.to < before.to) return undefined
  const start = now.to - 24 * hourMs
  const since = Math.max(start, before.to)
  if (before.total === 0 || before.to <= start)
    return now.bySeverity && { since, bySeverity: { ...now.bySeverity } }
  const bySeverity = nothing()
  for (const [startsAt, { total, bySeverity: is }] of now.hours) {
    if (total === 0) continue
    const earlier = before.hours.get(startsAt)
    const was = earlier ? earlier.bySeverity : nothing()
    if (!is || !was) return undefined
    for (const severity of severities) bySeverity[severity] += Math.max(0, is[severity] - was[severity])
  }
  return { since, bySeverity }
}

export const totalOf = (by: BySeverity): number => severities.reduce((sum, severity) => sum + by[severity], 0)
