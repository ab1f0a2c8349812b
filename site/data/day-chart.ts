import { bySeverity, hourMs, hoursEnd, isMoved, type Severity, severities, type Tenant } from './tenant.ts'

/** One clock hour (UTC) of all tenants together. */
export type ChartHour = {
  /** In ms since 1970. */
  startsAt: number
  bySeverity: Record<Severity, number>
  /** Detections of tenants with totals only: their severities are unknown. */
  unsorted: number
  total: number
  /** How many tenants have data for this hour. The others have older data, or no hours. */
  tenants: number
}

export type DayChart = {
  /** 24 hours, oldest first. The last one is the hour of the newest data. */
  hours: readonly ChartHour[]
  /** The largest total of one hour. */
  peak: number
  /** How many tenants have hours. */
  tenants: number
}

const hours = 24

/**
 * Returns the hours of all tenants in one chart; `undefined` if no row has hours with a time. Adds up by clock hour,
 * not by position in the row: data from three hours ago says nothing about the last three. Leaves out moved tenants, as
 * every total does.
 */
export function dayChart(tenants: readonly Tenant[]): DayChart | undefined {
  return dayChartInSteps()(tenants)
}

/**
 * Like `dayChart`, for one list after another: while the newest hour stays the same, only changed tenants are added or
 * removed. All counts are whole numbers, so the totals stay exact.
 */
export function dayChartInSteps(): (tenants: readonly Tenant[]) => DayChart | undefined {
  let before = { told: new Set<Tenant>(), end: 0, sums: noSums() }
  return tenants => {
    const told = new Set(tenants.filter(hasHours))
    const end = newestEnd(told)
    if (end !== before.end) before = { told: new Set(), end, sums: noSums() }
    const { sums } = before
    for (const tenant of before.told) if (!told.has(tenant)) addTenant(sums, tenant, end, -1)
    for (const tenant of told) if (!before.told.has(tenant)) addTenant(sums, tenant, end, 1)
    before = { told, end, sums }
    return end === 0 ? undefined : toChart(before)
  }
}

function hasHours(tenant: Tenant): boolean {
  return tenant.collectedAt !== undefined && tenant.hourly !== undefined && !isMoved(tenant)
}

function newestEnd(tenants: Iterable<Tenant>): number {
  let newest = 0
  for (const { collectedAt = 0 } of tenants) newest = Math.max(newest, collectedAt)
  return newest === 0 ? 0 : hoursEnd(newest)
}

function toChart({ told, end, sums }: { told: ReadonlySet<Tenant>; end: number; sums: Sums }): DayChart {
  return {
    hours: sums.total.map((total, hour) => ({
      startsAt: end - (hours - hour) * hourMs,
      bySeverity: bySeverity(severity => sums.bySeverity[severity][hour] ?? 0),
      unsorted: sums.unsorted[hour] ?? 0,
      total,
      tenants: sums.tenants[hour] ?? 0,
    })),
    peak: Math.max(...sums.total),
    tenants: told.size,
  }
}

/** Counts by hour. Arrays of numbers, turned into objects only at the end: 10,000 tenants have 1.4 million counts. */
type Sums = {
  total: number[]
  unsorted: number[]
  tenants: number[]
  bySeverity: Record<Severity, number[]>
}

/** Adds a tenant if `times` is 1, removes it if -1. */
function addTenant(
  sums: Sums,
  { hourly, hourlyBySeverity, collectedAt = 0 }: Tenant,
  end: number,
  times: 1 | -1,
): void {
  if (!hourly) return
  const older = (end - hoursEnd(collectedAt)) / hourMs
  for (let hour = 0; hour < hours - older; hour++) sums.tenants[hour] = (sums.tenants[hour] ?? 0) + times
  addHours(sums.total, hourly, older, times)
  if (!hourlyBySeverity) addHours(sums.unsorted, hourly, older, times)
  else {
    for (const severity of severities)
      addHours(sums.bySeverity[severity], hourlyBySeverity[severity], older, times)
  }
}

/** Adds the hours of a row that is `older` hours older than the newest. */
function addHours(into: number[], counts: readonly number[], older: number, times: 1 | -1): void {
  for (let hour = older; hour < hours; hour++) {
    into[hour - older] = (into[hour - older] ?? 0) + times * (counts[hour] ?? 0)
  }
}

function noSums(): Sums {
  return { total: zeros(), unsorted: zeros(), tenants: zeros(), bySeverity: bySeverity(zeros) }
}

function zeros(): number[] {
  return Array.from({ length: hours }, () => 0)
}
