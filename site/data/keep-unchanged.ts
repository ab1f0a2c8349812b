import { severities, type Tenant } from './tenant.ts'

/** Every row of `next` that says what `previous` said becomes the very same object, so that an unchanged row is not drawn again. */
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
    a.name === b.name &&
    a.total === b.total &&
    a.status === b.status &&
    a.reason === b.reason &&
    a.collectedAt === b.collectedAt &&
    severities.every(severity => a.counts[severity] === b.counts[severity]) &&
    a.hourly?.length === b.hourly?.length &&
    (a.hourly?.every((total, hour) => total === b.hourly?.[hour]) ?? true)
  )
}
