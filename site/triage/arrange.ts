import { type Severity, severities, type Tenant } from '../data/tenant.ts'
import { inDefaultOrder } from './order.ts'
import { searcher } from './search.ts'
import { sortBy } from './sort.ts'
import type { Surroundings } from './surroundings.ts'
import type { View } from './view.ts'

export type Arranged = {
  /** What is shown, in its order. */
  tenants: readonly Tenant[]
  /** How many were left out because their counts or new detections are unknown, so they may or may not match. */
  unknown: number
}

/** Returns the tenants that the view shows, in its order. Returns the same list if nothing is left out or moved. */
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

/**
 * Returns whether a tenant matches the statuses, regions, sources and groups of the view; `undefined` if the view names
 * none.
 */
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
 * Returns whether a tenant has detections, new ones or unseen ones of the view's severities; each argument is
 * `undefined` if unknown. Returns `undefined` if the view asks for none of this.
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

/** Returns true if any count is above zero; else unknown if any count is unknown. */
function anyOf(
  wanted: readonly Severity[],
  figures: Readonly<Record<Severity, number | undefined>> | undefined,
): boolean | undefined {
  if (wanted.some(severity => (figures?.[severity] ?? 0) > 0)) return true
  return wanted.some(severity => figures?.[severity] === undefined) ? undefined : false
}

/** One false makes the result false, even if another value is unknown. */
function both(...all: readonly (boolean | undefined)[]): boolean | undefined {
  if (all.includes(false)) return false
  return all.includes(undefined) ? undefined : true
}
