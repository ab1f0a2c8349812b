import type { Tenant } from './tenant.ts'

/** The interval if there is no status.json: without a schedule, no data is late. */
export const noSchedule = Number.POSITIVE_INFINITY

/** A smaller difference is rounding. With a larger one, the browser's clock or the server's is wrong. */
const toleranceMs = 60_000

/**
 * fresh: younger than twice the schedule. late: twice or more. outdated: four times or more. ahead: in the future, so a
 * clock is wrong.
 */
export type Freshness = 'fresh' | 'late' | 'outdated' | 'ahead'

export type Age = {
  /** Time of the newest data, in ms since 1970. */
  newest: number
  /** Time of the oldest data on the page. */
  oldest: number
  /** `collected`: from the rows. `written`: the rows have no time, so the file's own. */
  basis: 'collected' | 'written'
}

/** Returns the age of the data. A file without Collected_At is as old as the server says. */
export function ageOf(tenants: readonly Tenant[], fileWrittenAt: number | undefined): Age | undefined {
  let newest = Number.NEGATIVE_INFINITY
  let oldest = Number.POSITIVE_INFINITY
  for (const { collectedAt } of tenants) {
    if (collectedAt === undefined) continue
    newest = Math.max(newest, collectedAt)
    oldest = Math.min(oldest, collectedAt)
  }
  if (newest >= oldest) return { newest, oldest, basis: 'collected' }
  return fileWrittenAt === undefined
    ? undefined
    : { newest: fileWrittenAt, oldest: fileWrittenAt, basis: 'written' }
}

/** Returns how fresh data from time `at` is at `now`, with one run every `intervalMs`. */
export function freshness(at: number, now: number, intervalMs: number): Freshness {
  const age = now - at
  if (age < -toleranceMs) return 'ahead'
  if (age >= 4 * intervalMs) return 'outdated'
  return age >= 2 * intervalMs ? 'late' : 'fresh'
}

/** Returns whether data is more than one refresh older than the newest: then the row shows its age. */
export function isAged(collectedAt: number | undefined, newest: number, intervalMs: number): boolean {
  return collectedAt !== undefined && newest - collectedAt > intervalMs
}
