import type { Dataset } from '../asking/dataset.ts'
import { cycleMs, pairsOf } from '../asking/priority.ts'
import type { Settings } from '../settings.ts'
import type { RunReport } from '../state/run-report.ts'
import { isRefused, type Tenant } from '../tenants/tenant.ts'

/** How fresh the figures of a source are: what its alarms, its log and status.json go by. */
export type Health = NonNullable<RunReport['health']>

/** Figures are fresh for one cycle until a tenant's turn, one for delay, and one for retries and late starts. */
const freshCycles = 3
const dayMs = 86_400_000

/** A refused tenant whose figures are older than this is one without a licence; in ms. */
const lostAfterMs = (cycle: number): number => Math.max(dayMs, freshCycles * cycle)

/**
 * The health of these tenants at `now`. It counts the sick: all tenants that should have figures, whatever became of the
 * latest try. `cycle` is the planned cycle in ms.
 */
export function healthOf(tenants: readonly Tenant[], cycle: number, now: number): Health {
  const freshForMs = freshCycles * cycle
  const forLongMs = lostAfterMs(cycle)
  const isActive = activeAmong(tenants, cycle)
  const active = tenants.filter(isActive).map(tenant => ({
    age: Math.max(0, now - freshSince(tenant, now)),
    // The first round takes longer than the cycle says that is planned for those who turn out to have a licence.
    allowed: tenant.status === 'pending' ? forLongMs : freshForMs,
  }))
  return {
    active: active.length,
    withoutFresh: active.filter(({ age, allowed }) => age > allowed).length,
    withoutAnyForADay: active.filter(({ age }) => age > forLongMs).length,
    oldestMs: active.reduce((oldest, { age }) => Math.max(oldest, age), 0),
    freshForMs,
    cycleMs: cycle,
  }
}

/**
 * Returns whether a tenant should have figures. A tenant that moved, or that Sophos refuses for long, should not. One that
 * is refused and had figures a day ago should: it may be the credential that lost its rights. "A day ago" is seen from the
 * newest figures of all, so that an estate of which all are refused stays sick however long that lasts.
 */
export function activeAmong(tenants: readonly Tenant[], cycle: number): (tenant: Tenant) => boolean {
  const newest = tenants.reduce((last, { counts }) => Math.max(last, counts?.collectedAt ?? 0), 0)
  return tenant => {
    if (tenant.status === 'moved') return false
    if (!isRefused(tenant)) return true
    return tenant.counts !== undefined && newest - tenant.counts.collectedAt < lostAfterMs(cycle)
  }
}

/**
 * From when on the age of a tenant's figures counts, milliseconds since the epoch. Before the first figures it counts from
 * when the tenant was listed, and for one that was refused for long, and fails now, from the latest refusal.
 */
function freshSince(tenant: Tenant, now: number): number {
  const { counts, refusedAt = 0, listedSince = now } = tenant
  if (isRefused(tenant)) return counts?.collectedAt ?? now
  // It was left alone for up to a day since (datasets/detections/detections.ts).
  return Math.max(counts?.collectedAt ?? listedSince, Math.min(now, refusedAt + dayMs))
}

/** The time (ms) in which the schedule and the limits let every tenant be asked once. */
export const plannedCycleMs = (
  tenants: readonly Tenant[],
  settings: Settings,
  datasets: readonly Dataset[],
): number => cycleMs(pairsOf(tenants, datasets, settings), settings.rateLimits, settings.refreshIntervalMs)
