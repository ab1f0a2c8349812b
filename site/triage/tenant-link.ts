import { show } from '../data/read-fields.ts'
import type { Tenant } from '../data/tenant.ts'

/** Returns the address of a tenant in Sophos Central; `undefined` if the template needs data that the tenant lacks. */
export type TenantLink = (tenant: Pick<Tenant, 'id' | 'region'>) => string | undefined

/**
 * Reads a template such as `https://central.sophos.com/manage/{region}/{id}`. Only https, so that no data becomes a
 * script, and nothing to fill in before the path, so that no data chooses the host.
 */
export function parseTenantLink(template: string | undefined, problems: string[]): TenantLink | undefined {
  if (template === undefined) return undefined
  const origin = originOf(fill(template, 'x', 'x'))
  if (!origin || origin !== originOf(fill(template, 'y', 'y'))) {
    problems.push(
      `tenantLink is ${show(template)}; it should begin with https:// and a host without {id} and {region}.`,
    )
    return undefined
  }
  if (!template.includes('{id}') && !template.includes('{region}')) {
    problems.push(
      `tenantLink is ${show(template)}; it should hold {id} or {region}, or all tenants have one link.`,
    )
    return undefined
  }
  return ({ id, region = '' }) => {
    if (template.includes('{id}') && id === '') return undefined
    // A region is one word, such as eu01.
    if (template.includes('{region}') && !/^[\w-]+$/.test(region)) return undefined
    const address = fill(template, id, region)
    return originOf(address) === origin ? address : undefined
  }
}

function fill(template: string, id: string, region: string): string {
  const known = { id, region }
  return template.replace(/\{(id|region)\}/g, (_, name: keyof typeof known) =>
    encodeURIComponent(known[name].toWellFormed()),
  )
}

/** Returns where an address leads; `undefined` if that is not https, or has a user name. */
function originOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, username, password, origin } = new URL(address)
  return protocol === 'https:' && username === '' && password === '' ? origin : undefined
}
