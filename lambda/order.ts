import type { ListedTenant } from './sophos/tenants.ts'
import type { Tenant } from './tenant.ts'

/** Who is asked next: whoever was never asked, then whoever waits longest. Ties keep the list's order. */
export function inOrderOfNeed(
  listed: readonly ListedTenant[],
  before: ReadonlyMap<string, Tenant>,
): ListedTenant[] {
  const triedAt = (tenant: ListedTenant) => before.get(tenant.id)?.triedAt ?? 0
  return [...listed].sort((a, b) => triedAt(a) - triedAt(b))
}
