/** The severities of a detection, worst first: the order of the columns everywhere. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof severities)[number]

export type BySeverity<Value> = Readonly<Record<Severity, Value>>

/** What `make` makes of each severity, in the order worst first. */
export function bySeverity<Value>(make: (severity: Severity) => Value): Record<Severity, Value> {
  return {
    critical: make('critical'),
    high: make('high'),
    medium: make('medium'),
    low: make('low'),
    info: make('info'),
  }
}

/** New detections since the previous run, by hour, so that detections that leave the 24 hours hide nothing. */
export type News = {
  bySeverity: BySeverity<number | undefined>
  total: number | undefined
  /** Start of the period, in ms since 1970. */
  since: number | undefined
}

/** One tenant in detections.csv. `undefined` means unknown, never zero. */
export type Tenant = {
  /** Unique among the rows of one file, also where the file has an ID twice. */
  key: string
  /** The tenant's ID in Sophos Central. Empty where the file has none. */
  id: string
  /** As the file has it, else the ID. Empty where both are missing. */
  name: string
  counts: BySeverity<number | undefined>
  total: number | undefined
  /** How the latest try ended, in the file's own word; `undefined` where the file has no such column. */
  status: string | undefined
  reason: string
  /** When the counts were collected, in ms since 1970. */
  collectedAt: number | undefined
  region: string | undefined
  /** The name of the credential that collected the counts. */
  source: string | undefined
  /** How the counts were collected: `counts`, `query` or `fusion`. Counts of different methods are not compared. */
  method: string | undefined
  /** Whether the tenant moved to Sophos Fusion, in the file's own word: `not_moved`, `moved`, `not_checked`. */
  migration: string | undefined
  news: News | undefined
  /** 24 totals, one a clock hour in UTC, oldest first; the last is the hour that holds `collectedAt`. */
  hourly: readonly number[] | undefined
  /** The same by severity, where the file has all five. */
  hourlyBySeverity: BySeverity<readonly number[]> | undefined
}

export const hourMs = 3_600_000

/** When the 24 hours of a tenant end: the end of the clock hour (UTC) in which its counts were collected. In ms since 1970. */
export function hoursEnd(collectedAt: number): number {
  return Math.floor(collectedAt / hourMs) * hourMs + hourMs
}

/** Returns whether the tenant's access needs a check: it was asked and did not answer. Not tried yet does not count. */
export function needsAttention(tenant: Tenant): boolean {
  if (tenant.status === undefined) return tenant.total === undefined
  return tenant.status !== 'ok' && tenant.status !== 'pending'
}

/** Whether the tenant moved to Sophos Fusion and cannot be asked there: any counts are of the time before, and in no sum. */
export function isMoved(tenant: Tenant): boolean {
  return tenant.status === 'moved'
}
