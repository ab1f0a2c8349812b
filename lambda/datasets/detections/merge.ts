import { isMoved } from '../../tenants/migration.ts'
import type { Outcome, Tenant } from '../../tenants/tenant.ts'
import { newSince } from './new-since.ts'

/**
 * The tenant after a try. What failed keeps its last good counts, their age and their news. A tenant that moved to Sophos
 * Fusion gets no counts but Fusion's.
 */
export function mergeOutcome(tenant: Tenant, outcome: Outcome): Tenant {
  const { status } = outcome
  const triedAt = outcome.at ?? tenant.triedAt
  if (outcome.status !== 'ok') {
    const isRefused = status === 'forbidden' || status === 'not_found' || status === 'inactive'
    const refusedAt = isRefused ? triedAt : tenant.refusedAt
    return { ...tenant, status, triedAt, reason: outcome.reason, refusedAt }
  }
  const { counts } = outcome
  if (isMoved(tenant) && counts.method !== 'fusion') return tenant
  return { ...tenant, status, triedAt, reason: counts.remark, counts, news: newSince(tenant.counts, counts) }
}
