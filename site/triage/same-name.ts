import type { Tenant } from '../data/tenant.ts'

/** Answers for each tenant whether another has its name, so that its ID must stand beside it. */
export function needsId(tenants: readonly Tenant[]): (tenant: Tenant) => boolean {
  const once = new Set<string>()
  const often = new Set<string>()
  for (const { name } of tenants) {
    const read = asRead(name)
    if (once.has(read)) often.add(read)
    else once.add(read)
  }
  return tenant => often.size > 0 && often.has(asRead(tenant.name))
}

/** Names that a reader would take for one: blanks and case are not seen. */
function asRead(name: string): string {
  return name.toLowerCase().replace(/\s+/g, ' ')
}
