import type { Tenant } from '../data/tenant.ts'
import type { TenantLink } from './tenant-link.ts'

/** The settings of tenants in settings.json. The file names tenants by their ID or by their exact name. */
export type SiteSettings = {
  /** IANA name. If `undefined`, the page shows times in the reader's own zone and ends days in UTC. */
  timeZone: string | undefined
  /** Builds the address of a tenant in Sophos Central. */
  tenantLink: TenantLink | undefined
  /** The groups' names, in the order of the file. */
  groups: readonly string[]
  /** The groups of a tenant, by its ID or name. */
  groupsByTenant: ReadonlyMap<string, readonly string[]>
  muted: ReadonlyMap<string, Mute>
  /** The mistakes in the file, one plain sentence each. */
  problems: readonly string[]
}

export type Mute = {
  /** The last day on which the tenant is muted, such as `2027-01-31`. */
  until: string
  why: string | undefined
}

export const noSettings: SiteSettings = {
  timeZone: undefined,
  tenantLink: undefined,
  groups: [],
  groupsByTenant: new Map(),
  muted: new Map(),
  problems: [],
}

/** Returns the groups of the tenant, by its ID and by its name. */
export function groupsOf(settings: SiteSettings, tenant: Tenant): readonly string[] {
  const { groupsByTenant } = settings
  if (groupsByTenant.size === 0) return none
  const byId = groupsByTenant.get(tenant.id) ?? none
  const byName = groupsByTenant.get(tenant.name) ?? none
  if (byName.length === 0 || byId === byName) return byId
  return byId.length === 0 ? byName : [...new Set([...byId, ...byName])]
}

const none: readonly string[] = []

/**
 * Returns a function that returns the mute of a tenant at `now`, if any. A mute lasts through its last day in the
 * settings' time zone, else in UTC.
 */
export function mutesAt(settings: SiteSettings, now: number): (tenant: Tenant) => Mute | undefined {
  if (settings.muted.size === 0) return () => undefined
  const today = dayAt(now, settings.timeZone ?? 'UTC')
  const inForce = new Map([...settings.muted].filter(([, mute]) => mute.until >= today))
  return tenant => inForce.get(tenant.id) ?? inForce.get(tenant.name)
}

/** Returns the day at `now` in a time zone, such as `2026-11-22`. */
export function dayAt(now: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(now)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find(one => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}
