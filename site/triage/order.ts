import { isMoved, needsAttention, type Tenant } from '../data/tenant.ts'

/**
 * Sorts like the file, worst first, but moves up tenants at its end that users must not overlook. Moved tenants (their
 * counts mean nothing) and then failed tenants without counts come right after the last one known to have critical or
 * high detections. Not before these: many estates have dozens of tenants that never get a licence, and known problems
 * come first. Tenants waiting for their first counts come after all tenants with counts. Muted tenants come last.
 */
export function inDefaultOrder(
  tenants: readonly Tenant[],
  isMuted: (tenant: Tenant) => boolean,
): readonly Tenant[] {
  const counted: Tenant[] = []
  const moved: Tenant[] = []
  const blind: Tenant[] = []
  const waiting: Tenant[] = []
  const muted: Tenant[] = []
  for (const tenant of tenants) {
    if (isMuted(tenant)) muted.push(tenant)
    else if (isMoved(tenant)) moved.push(tenant)
    else if (tenant.total !== undefined) counted.push(tenant)
    else if (needsAttention(tenant)) blind.push(tenant)
    else waiting.push(tenant)
  }
  if (moved.length + blind.length + waiting.length + muted.length === 0) return tenants
  const worst = counted.findLastIndex(({ counts: { critical = 0, high = 0 } }) => critical + high > 0) + 1
  return [...counted.slice(0, worst), ...moved, ...blind, ...counted.slice(worst), ...waiting, ...muted]
}
