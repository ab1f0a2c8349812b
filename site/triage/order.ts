import { isMoved, needsAttention, type Tenant } from '../data/tenant.ts'

/**
 * The file's own order, which is worst first, but for what stands at its end there and must not be overlooked: moved tenants,
 * whose counts are worth nothing, and then those in trouble without counts come right after the last tenant that is known to
 * have critical or high detections. Not before these: many an estate has dozens of tenants without a licence for ever, and what
 * is known to be bad comes first. Those still waiting for their first counts follow after all that have some. Muted tenants
 * come last.
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
