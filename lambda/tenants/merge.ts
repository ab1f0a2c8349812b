import { hasStandInId } from '../sophos/ids.ts'
import type { ListedTenant, TenantList } from '../sophos/tenants.ts'
import { notChecked } from './migration.ts'
import type { Tenant } from './tenant.ts'

/**
 * One tenant for every tenant listed, in the list's order, with what was known of it before this run. A tenant that left
 * an incomplete list stays: only a complete one says that it is gone. `at` is now, milliseconds since the epoch.
 *
 * What an entry does not give was not taken back: the tenant keeps its name, its region and its host. If it was switched
 * off, Sophos refuses the next question, and its row says so; if only the entry was incomplete, its figures go on.
 */
export function mergeList(
  list: Pick<TenantList, 'tenants' | 'isComplete'>,
  before: readonly Tenant[],
  at: number,
): Tenant[] {
  const known = new Map(before.map(tenant => [tenant.id, tenant]))
  const listed = list.tenants.map(entry => merge(entry, known.get(entry.id), at))
  if (list.isComplete) return listed
  const ids = new Set(list.tenants.map(({ id }) => id))
  return [...listed, ...before.filter(tenant => !ids.has(tenant.id) && !hasStandInId(tenant))]
}

function merge(entry: ListedTenant, before: Tenant | undefined, at: number): Tenant {
  if (!before) return { ...neverAsked, listedSince: at, ...entry }
  return {
    listedSince: at,
    ...before,
    name: entry.name === entry.id ? before.name : entry.name,
    region: entry.region ?? before.region,
    apiHost: entry.apiHost ?? before.apiHost,
  }
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
