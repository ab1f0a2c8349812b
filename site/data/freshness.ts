import type { Tenant } from './tenant.ts'

/** The interval where status.json, which knows the schedule, is missing: no figure is late by a schedule that is not known. */
export const noSchedule = Number.POSITIVE_INFINITY

/** A clock ahead of the data by less than this is rounding; by more, one of the two clocks is wrong. */
const toleranceMs = 60_000

/** fresh: within twice the schedule. late: twice or more. outdated: four times or more. ahead: from the future, so a clock is wrong. */
export type Freshness = 'fresh' | 'late' | 'outdated' | 'ahead'

export type Age = {
  /** Time of the newest figure, in ms since 1970. */
  newest: number
  /** Time of the oldest figure that is still shown. */
  oldest: number
  /** `collected`: the rows say so. `written`: they do not, and it is the file's own time. */
  basis: 'collected' | 'written'
}

/** When the figures were collected. A file without Collected_At is as old as the server says that the file is. */
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

/** How far figures of time `at` can be trusted at `now`, under a schedule of one run every `intervalMs`. */
export function freshness(at: number, now: number, intervalMs: number): Freshness {
  const age = now - at
  if (age < -toleranceMs) return 'ahead'
  if (age >= 4 * intervalMs) return 'outdated'
  return age >= 2 * intervalMs ? 'late' : 'fresh'
}

/** Whether a figure is older than the newest by more than one refresh: then its age is told beside it. */
export function isAged(collectedAt: number | undefined, newest: number, intervalMs: number): boolean {
  return collectedAt !== undefined && newest - collectedAt > intervalMs
}
