import type { Tenant } from '../data/tenant.ts'
import { addUp, type Totals } from '../data/totals.ts'
import { groupsOf, type SiteSettings } from './settings.ts'

/** A group with its totals. `name` is undefined for tenants without a group. */
export type GroupTotals = { name: string | undefined; totals: Totals }

/**
 * Returns the totals of each group in the order of the settings, those of tenants without a group last. A tenant in two
 * groups counts in both. Empty without groups.
 */
export function groupTotals(
  tenants: readonly Tenant[],
  settings: SiteSettings,
  isMuted: (tenant: Tenant) => boolean,
): GroupTotals[] {
  if (settings.groups.length === 0) return []
  const members = new Map<string | undefined, Tenant[]>(settings.groups.map(name => [name, []]))
  const rest: Tenant[] = []
  for (const tenant of tenants) {
    const groups = groupsOf(settings, tenant)
    if (groups.length === 0) rest.push(tenant)
    for (const group of groups) members.get(group)?.push(tenant)
  }
  if (rest.length > 0) members.set(undefined, rest)
  return [...members].map(([name, of]) => ({ name, totals: addUp(of, isMuted) }))
}
