import { type Severity, severities, type Tenant } from '../data/tenant.ts'
import { inDefaultOrder } from './order.ts'
import { searcher } from './search.ts'
import { sortBy } from './sort.ts'
import type { Surroundings } from './surroundings.ts'
import type { View } from './view.ts'

export type Arranged = {
  /** What is shown, in its order. */
  tenants: readonly Tenant[]
  /** How many were left out because it is unknown whether they match: their counts, or what is new, are unknown. */
  unknown: number
}

/** The tenants that the view shows, in its order. The same list comes back where nothing is left out or moved. */
export function arrange(tenants: readonly Tenant[], view: View, around: Surroundings): Arranged {
  const { groupsOf, isMuted } = around
  const find = searcher(view.search, groupsOf)
  const matches = withinLists(view, groupsOf)
  const counts = countsToShow(view, around)
  let unknown = 0

  const shown = tenants.filter(tenant => {
    if (!view.showMuted && isMuted(tenant)) return false
    if (matches && !matches(tenant)) return false
    if (find && !find(tenant)) return false
    if (!counts) return true
    const any = counts(tenant)
    if (any === undefined) unknown += 1
    return any === true
  })
  const ordered = inDefaultOrder(shown.length === tenants.length ? tenants : shown, isMuted)
  return { tenants: view.sort ? sortBy(ordered, view.sort, around) : ordered, unknown }
}

/** Whether a tenant is of the statuses, regions, sources and groups that the view asks for. `undefined` if it asks for none. */
function withinLists(
  { statuses, regions, sources, groups }: View,
  groupsOf: Surroundings['groupsOf'],
): ((tenant: Tenant) => boolean) | undefined {
  if (statuses.length + regions.length + sources.length + groups.length === 0) return undefined
  const within = (list: readonly string[], value: string | undefined) =>
    list.length === 0 || (value !== undefined && list.includes(value))
  return tenant =>
    within(statuses, tenant.status) &&
    within(regions, tenant.region) &&
    within(sources, tenant.source) &&
    (groups.length === 0 || groupsOf(tenant).some(group => groups.includes(group)))
}

/**
 * Whether a tenant has detections of the severities that the view asks for, be it at all, new, or unseen; each of these is
 * `undefined` where it is unknown. `undefined` if the view asks for none of it.
 */
function countsToShow(
  { severities: asked, onlyNew, onlyUnseen }: View,
  { unseenOf }: Surroundings,
): ((tenant: Tenant) => boolean | undefined) | undefined {
  if (asked.length === 0 && !onlyNew && !onlyUnseen) return undefined
  const wanted = asked.length === 0 ? severities : asked
  return tenant =>
    both(
      asked.length > 0 ? anyOf(wanted, tenant.counts) : true,
      onlyNew ? anyOf(wanted, tenant.news?.bySeverity) : true,
      onlyUnseen ? anyOf(wanted, unseenOf(tenant)?.bySeverity) : true,
    )
}

/** Whether any of the figures is above zero: known at the first that is, unknown while one is unknown. */
function anyOf(
  wanted: readonly Severity[],
  figures: Readonly<Record<Severity, number | undefined>> | undefined,
): boolean | undefined {
  if (wanted.some(severity => (figures?.[severity] ?? 0) > 0)) return true
  return wanted.some(severity => figures?.[severity] === undefined) ? undefined : false
}

/** What is false is false, whatever is unknown beside it. */
function both(...all: readonly (boolean | undefined)[]): boolean | undefined {
  if (all.includes(false)) return false
  return all.includes(undefined) ? undefined : true
}
