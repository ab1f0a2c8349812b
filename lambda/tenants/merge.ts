import type { ListedTenant } from '../sophos/tenants.ts'
import { notChecked } from './migration.ts'
import type { Tenant } from './tenant.ts'

/**
 * One tenant for every tenant listed, in the list's order, with what was known of it before this run. A tenant that left
 * an incomplete list stays: only a complete one says that it is gone. `at` is now, milliseconds since the epoch.
 */
export function mergeList(
  list: { tenants: readonly ListedTenant[]; isComplete: boolean },
  before: readonly Tenant[],
  at: number,
): Tenant[] {
  const known = new Map(before.map(tenant => [tenant.id, tenant]))
  const listed = list.tenants.map(tenant => ({
    ...neverAsked,
    listedSince: at,
    ...known.get(tenant.id),
    ...tenant,
  }))
  const ids = new Set(list.tenants.map(({ id }) => id))
  return list.isComplete ? listed : [...listed, ...before.filter(({ id }) => !ids.has(id))]
}

/** A tenant before its first turn. */
export const neverAsked = {
  status: 'pending',
  reason: 'Not asked yet: its turn comes as soon as the rate limits allow.',
  triedAt: undefined,
  counts: undefined,
  news: undefined,
  migration: notChecked,
} as const
