/** The severities, worst first: the order of the columns everywhere. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof severities)[number]

export type BySeverity<Value> = Readonly<Record<Severity, Value>>

/** Calls `make` for each severity, worst first, and returns the results. */
export function bySeverity<Value>(make: (severity: Severity) => Value): Record<Severity, Value> {
  return {
    critical: make('critical'),
    high: make('high'),
    medium: make('medium'),
    low: make('low'),
    info: make('info'),
  }
}

/** New detections since the previous run, counted by hour: detections that leave the 24 hours do not hide new ones. */
export type News = {
  bySeverity: BySeverity<number | undefined>
  total: number | undefined
  /** Start of the period, in ms since 1970. */
  since: number | undefined
}

/** One tenant in detections.csv. `undefined` means unknown, never zero. */
export type Tenant = {
  /** Unique in its file, even if the file has an ID twice. */
  key: string
  /** The tenant's ID in Sophos Central. Empty if the file has none. */
  id: string
  /** The name in the file, else the ID. Empty if both are missing. */
  name: string
  counts: BySeverity<number | undefined>
  total: number | undefined
  /** The result of the last try, as in the file; `undefined` without a status column. */
  status: string | undefined
  reason: string
  /** When the counts were collected, in ms since 1970. */
  collectedAt: number | undefined
  region: string | undefined
  /** The name of the credential that collected the counts. */
  source: string | undefined
  /** How the counts were collected: `counts`, `query` or `fusion`. Counts of different methods are not compared. */
  method: string | undefined
  /** Whether the tenant moved to Sophos Fusion, as in the file: `not_moved`, `moved`, `not_checked`. */
  migration: string | undefined
  news: News | undefined
  /** 24 totals, one per clock hour in UTC, oldest first. The last is the hour of `collectedAt`. */
  hourly: readonly number[] | undefined
  /** The same by severity, if the file has all five. */
  hourlyBySeverity: BySeverity<readonly number[]> | undefined
}

export const hourMs = 3_600_000

/** Returns the end of a tenant's 24 hours: the end of the clock hour (UTC) of its counts. In ms since 1970. */
export function hoursEnd(collectedAt: number): number {
  return Math.floor(collectedAt / hourMs) * hourMs + hourMs
}

/** Returns whether the tenant's access needs a check: the last request failed. Not tried yet does not count. */
export function needsAttention(tenant: Tenant): boolean {
  if (tenant.status === undefined) return tenant.total === undefined
  return tenant.status !== 'ok' && tenant.status !== 'pending'
}

/**
 * Returns whether the tenant moved to Sophos Fusion and cannot be asked there. Its counts are from before the move and
 * in no total.
 */
export function isMoved(tenant: Tenant): boolean {
  return tenant.status === 'moved'
}
