import type { RateWindow } from '../pacing/windows.ts'
import { hourMs } from '../sophos/detections.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** Critical or high detections this recent make a tenant due sooner. */
const recentMs = 3 * hourMs

/** How often a tenant is to be asked, compared with the others. */
export function weight({ status, counts }: Pick<Tenant, 'status' | 'counts'>): number {
  if (status === 'forbidden' || status === 'not_found') return 0.5
  const isHot = counts?.hours.some(
    ({ startsAt, bySeverity }) =>
      startsAt >= counts.to - recentMs && bySeverity && bySeverity.critical + bySeverity.high > 0,
  )
  return isHot ? 2 : 1
}

/**
 * The time, in ms, in which a tenant of weight 1 can be asked once if all are asked by their weights: what the slowest
 * window allows, but no less than the interval at which runs are scheduled.
 */
export function cycleMs(
  tenants: readonly Tenant[],
  windows: readonly RateWindow[],
  refreshIntervalMs: number,
): number {
  const calls = tenants.reduce((sum, tenant) => sum + weight(tenant), 0)
  const msPerCall = Math.max(...windows.map(({ limit, periodMs }) => periodMs / limit))
  return Math.max(refreshIntervalMs, calls * msPerCall)
}

/**
 * Who is asked next: whoever was never asked, then whoever is due first, which is a cycle after the last try, sooner or
 * later by the tenant's weight. Ties keep the list's order. Nobody starves: a tenant waits at most a cycle divided by its
 * weight, and then for those who were due before it.
 */
export function inOrderOfNeed(tenants: readonly Tenant[], cycle: number): Tenant[] {
  const dueAt = new Map(
    tenants.map(tenant => [
      tenant,
      tenant.triedAt === undefined ? Number.NEGATIVE_INFINITY : tenant.triedAt + cycle / weight(tenant),
    ]),
  )
  const due = (tenant: Tenant) => dueAt.get(tenant) ?? 0
  return [...tenants].sort((a, b) => (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : 0))
}
