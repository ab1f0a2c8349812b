import { isMoved, needsAttention, type Tenant } from '../data/tenant.ts'

/** Returns whether the tenant must stay on the screen while the pages turn. */
export function isPressing(tenant: Tenant): boolean {
  return !isMoved(tenant) && ((tenant.counts.critical ?? 0) > 0 || (tenant.counts.high ?? 0) > 0)
}

/** The first rank of tenants that need no attention. */
const calm = 5

/** Returns whether the tenant needs a look. The wall pages through all of these, no matter how many. */
export function isToLookAt(tenant: Tenant, muted: boolean): boolean {
  const [kind = calm] = rankOf(tenant, muted)
  return kind < calm
}

/**
 * Sorts the worst first: critical, high, anything new, tenants that could not be asked, tenants that moved to Fusion
 * (their counts are from before the move and do not affect the order), the rest, tenants waiting for their first
 * counts, and muted ones. Ties keep their order.
 */
export function biggestTroubleFirst(
  tenants: readonly Tenant[],
  isMuted: (tenant: Tenant) => boolean,
): readonly Tenant[] {
  const ranks = new Map(tenants.map(tenant => [tenant, rankOf(tenant, isMuted(tenant))]))
  return [...tenants].sort((a, b) => compare(ranks.get(a) ?? [], ranks.get(b) ?? []))
}

/** Returns the rank of a tenant as a list of numbers: the first that differs decides, and the smaller comes first. */
function rankOf(tenant: Tenant, muted: boolean): readonly number[] {
  const { counts, news, total = 0 } = tenant
  const [critical, high, newer] = [counts.critical ?? 0, counts.high ?? 0, news?.total ?? 0]
  if (muted) return [7]
  if (isMoved(tenant)) return [4]
  const kind =
    critical > 0
      ? 0
      : high > 0
        ? 1
        : newer > 0
          ? 2
          : needsAttention(tenant)
            ? 3
            : tenant.total === undefined
              ? calm + 1
              : calm
  return [kind, -critical, -high, -(news?.bySeverity.critical ?? 0), -newer, -total]
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, rank] of a.entries()) {
    const difference = rank - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
