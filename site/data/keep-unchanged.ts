import { type News, severities, type Tenant } from './tenant.ts'

/** Returns `next` with the old object for every row that did not change, so that the page does not draw it again. */
export function keepUnchanged(previous: readonly Tenant[], next: readonly Tenant[]): readonly Tenant[] {
  const before = new Map(previous.map(tenant => [tenant.key, tenant]))
  const kept = next.map(tenant => {
    const old = before.get(tenant.key)
    return old && sameTenant(old, tenant) ? old : tenant
  })
  const nothingChanged = kept.length === previous.length && kept.every((tenant, i) => tenant === previous[i])
  return nothingChanged ? previous : kept
}

function sameTenant(a: Tenant, b: Tenant): boolean {
  return (
    a === b ||
    (a.id === b.id &&
      a.name === b.name &&
      a.total === b.total &&
      a.status === b.status &&
      a.reason === b.reason &&
      a.collectedAt === b.collectedAt &&
      a.region === b.region &&
      a.source === b.source &&
      a.method === b.method &&
      a.migration === b.migration &&
      sameNews(a.news, b.news) &&
      severities.every(severity => a.counts[severity] === b.counts[severity]) &&
      sameHours(a.hourly, b.hourly) &&
      severities.every(severity => sameHours(a.hourlyBySeverity?.[severity], b.hourlyBySeverity?.[severity])))
  )
}

function sameNews(a: News | undefined, b: News | undefined): boolean {
  return (
    a?.total === b?.total &&
    a?.since === b?.since &&
    severities.every(severity => a?.bySeverity[severity] === b?.bySeverity[severity])
  )
}

function sameHours(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a === b || (a?.length === b?.length && (a?.every((count, hour) => count === b?.[hour]) ?? true))
}
