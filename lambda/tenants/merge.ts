import { newSince } from '../datasets/detections/new-since.ts'
import type { ListedTenant } from '../sophos/tenants.ts'
import { isMoved, notChecked } from './migration.ts'
import type { Outcome, Tenant } from './tenant.ts'

/**
 * One tenant for every tenant listed, in the list's order, with what was known of it before this run. A tenant that left
 * an incomplete list stays: only a complete one says that it is gone.
 */
export function takeUpList(
  list: { tenants: readonly ListedTenant[]; isComplete: boolean },
  before: readonly Tenant[],
): Tenant[] {
  const known = new Map(before.map(tenant => [tenant.id, tenant]))
  const listed = list.tenants.map(tenant => ({ ...neverAsked, ...known.get(tenant.id), ...tenant }))
  const ids = new Set(list.tenants.map(({ id }) => id))
  return list.isComplete ? listed : [...listed, ...before.filter(({ id }) => !ids.has(id))]
}

/**
 * The tenant after a try. What failed keeps its last good counts, their age and their news. Of a tenant that moved to
 * Sophos Fusion no counts are taken up but Fusion's, whoever asked for them.
 */
export function takeUpOutcome(tenant: Tenant, outcome: Outcome): Tenant {
  const { status, at: triedAt } = outcome
  if (outcome.status !== 'ok') return { ...tenant, status, triedAt, reason: outcome.reason }
  const { counts } = outcome
  if (isMoved(tenant) && counts.method !== 'fusion') return tenant
  return { ...tenant, status, triedAt, reason: counts.remark, counts, news: newSince(tenant.counts, counts) }
}

const neverAsked = {
  status: 'pending',
  reason: 'Not asked yet: its turn comes as soon as the rate limits allow.',
  triedAt: undefined,
  counts: undefined,
  news: undefined,
  migration: notChecked,
} as const
