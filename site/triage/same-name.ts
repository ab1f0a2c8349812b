import type { Tenant } from '../data/tenant.ts'

/** Returns a function that says whether another tenant has the same name: then the row shows the ID too. */
export function needsId(tenants: readonly Tenant[]): (tenant: Tenant) => boolean {
  const once = new Set<string>()
  const often = new Set<string>()
  for (const tenant of tenants) {
    const name = asRead(tenant)
    if (once.has(name)) often.add(name)
    else once.add(name)
  }
  return tenant => often.size > 0 && often.has(asRead(tenant))
}

/** Computed once per tenant: unchanged rows are the same objects from one file to the next. */
const read = new WeakMap<Tenant, string>()

/** Returns the name as a reader sees it: blanks and case do not count. */
function asRead(tenant: Tenant): string {
  const known = read.get(tenant)
  if (known !== undefined) return known
  const name = tenant.name.toLowerCase().replace(/\s+/g, ' ')
  read.set(tenant, name)
  return name
}
