import { show } from '../data/read-fields.ts'
import type { Tenant } from '../data/tenant.ts'

/** Returns the address of a tenant in Sophos Central; `undefined` if the template needs data that the tenant lacks. */
export type TenantLink = (tenant: Pick<Tenant, 'id' | 'region'>) => string | undefined

/**
 * Reads a template such as `https://central.sophos.com/manage/{region}/{id}`. Only https, so that no data becomes a
 * script.
 */
export function parseTenantLink(template: string | undefined, problems: string[]): TenantLink | undefined {
  if (template === undefined) return undefined
  if (!isSafe(fill(template, 'x', 'x'))) {
    problems.push(`tenantLink is ${show(template)}; it should be an address that begins with https://.`)
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
    // A region is one word such as eu01: with a dot, it could name another host.
    if (template.includes('{region}') && !/^[\w-]+$/.test(region)) return undefined
    const address = fill(template, id, region)
    return isSafe(address) ? address : undefined
  }
}

function fill(template: string, id: string, region: string): string {
  const known = { id, region }
  return template.replace(/\{(id|region)\}/g, (_, name: keyof typeof known) =>
    encodeURIComponent(known[name].toWellFormed()),
  )
}

function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, username, password } = new URL(address)
  return protocol === 'https:' && username === '' && password === ''
}
