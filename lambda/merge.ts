import type { ListedTenant } from './sophos/tenants.ts'
import type { Outcome, Tenant } from './tenant.ts'

/**
 * One tenant for every tenant listed, in the list's order. What was asked has its outcome; what failed keeps its last
 * good counts and their age; what was not asked stays as it was, or is pending if it never was.
 */
export function merge(
  listed: readonly ListedTenant[],
  before: ReadonlyMap<string, Tenant>,
  outcomes: ReadonlyMap<string, Outcome>,
): Tenant[] {
  return listed.map(({ id, name, region }) => {
    const known = before.get(id)
    const outcome = outcomes.get(id)
    if (!outcome) return known ? { ...known, name, region } : { ...neverAsked, id, name, region }
    const { status, at: triedAt } = outcome
    return outcome.status === 'ok'
      ? { id, name, region, status, triedAt, reason: outcome.counts.remark, counts: outcome.counts }
      : { id, name, region, status: outcome.status, triedAt, reason: outcome.reason, counts: known?.counts }
  })
}

const neverAsked = {
  status: 'pending',
  reason: 'Not asked yet: the rate limits leave this tenant for one of the next runs.',
  triedAt: undefined,
  counts: undefined,
} as const
