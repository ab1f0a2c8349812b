import { isMoved, needsAttention, type Tenant } from '../data/tenant.ts'

/**
 * The file's own order, which is worst first, but for two things that stand at its end there and must not be overlooked:
 * tenants in trouble without counts, and moved ones, whose counts are worth nothing, come right after the last tenant that is
 * known to have critical detections, for theirs may be critical too. Those still waiting for their first counts follow
 * after all that have some. Muted tenants come last.
 */
export function inDefaultOrder(
  tenants: readonly Tenant[],
  isMuted: (tenant: Tenant) => boolean,
): readonly Tenant[] {
  const counted: Tenant[] = []
  const blind: Tenant[] = []
  const waiting: Tenant[] = []
  const muted: Tenant[] = []
  for (const tenant of tenants) {
    if (isMuted(tenant)) muted.push(tenant)
    else if (isMoved(tenant)) blind.push(tenant)
    else if (tenant.total !== undefined) counted.push(tenant)
    else if (needsAttention(tenant)) blind.push(tenant)
    else waiting.push(tenant)
  }
  if (blind.length + waiting.length + muted.length === 0) return tenants
  const worst = counted.findLastIndex(tenant => (tenant.counts.critical ?? 0) > 0) + 1
  return [...counted.slice(0, worst), ...blind, ...counted.slice(worst), ...waiting, ...muted]
}
