import type { Tenant } from '../data/tenant.ts'

/** Answers for each tenant whether another has its name, so that its ID must stand beside it. */
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

/** Made once for each tenant: unchanged rows are the same objects from one file to the next. */
const read = new WeakMap<Tenant, string>()

/** Names that a reader would take for one: blanks and case are not seen. */
function asRead(tenant: Tenant): string {
  const known = read.get(tenant)
  if (known !== undefined) return known
  const name = tenant.name.toLowerCase().replace(/\s+/g, ' ')
  read.set(tenant, name)
  return name
}
