import type { Row } from '../../lambda/publish/published-dataset.ts'
import { type BySeverity, hourMs, sumSeverities } from '../../lambda/sophos/detections.ts'
import { notChecked } from '../../lambda/tenants/migration.ts'
import type { CollectedCounts, Tenant } from '../../lambda/tenants/tenant.ts'

export const at = Date.UTC(2026, 10, 22, 10)

export const bySeverity = (critical: number, high = 0, medium = 0, low = 0, info = 0): BySeverity => ({
  critical,
  high,
  medium,
  low,
  info,
})

/** Counts whose detections all came in the last hour. */
export function countsOf(by: BySeverity, collectedAt = at): CollectedCounts {
  const total = sumSeverities(by)
  const hours = [{ startsAt: collectedAt - hourMs, total, bySeverity: by }]
  return { total, bySeverity: by, hours, to: collectedAt, remark: undefined, collectedAt, method: 'counts' }
}

export function tenantOf(id: string, more: Partial<Tenant> = {}): Tenant {
  return {
    id,
    name: `Tenant ${id}`,
    region: 'eu01',
    apiHost: 'https://api-eu01.central.sophos.com',
    status: 'ok',
    reason: undefined,
    triedAt: at,
    counts: undefined,
    news: undefined,
    migration: notChecked,
    ...more,
  }
}

export const rowOf = (id: string, more: Partial<Row> = {}): Row => ({
  ...tenantOf(id, more),
  source: 'default',
  ...more,
})
