import { badRequest, forbidden, notFound, Refusal, standardError, unauthorized } from './answers.ts'
import type { Call } from './call.ts'
import type { makeRuns } from './runs.ts'
import type { Tenant } from './tenants.ts'
import type { makeTokens } from './tokens.ts'
import type { World } from './world.ts'

export type IdType = 'partner' | 'organization' | 'tenant'

/** The simulated Sophos Central, shared by all endpoints. */
export type Central = {
  readonly seed: number
  readonly url: string
  readonly idType: IdType
  /** The id of the credential's partner, organization or tenant. */
  readonly accountId: string
  readonly clientId: string
  readonly clientSecret: string
  readonly tokenLifeMs: number
  readonly apiHosts: 'regions' | 'one'
  readonly buckets: { readonly aligned: boolean; readonly empty: boolean }
  readonly resultsMaxSize: number
  readonly fusion: { readonly parent: boolean; readonly ids: 'central' | 'numbers' }
  readonly world: World
  readonly tokens: ReturnType<typeof makeTokens>
  readonly runs: ReturnType<typeof makeRuns>
}

/** Returns the address of a tenant's API host. */
export function apiHostOf(central: Central, tenant: Tenant): string {
  return central.apiHosts === 'one' ? central.url : `${central.url}/region/${tenant.region}`
}

export function hasGoodToken(central: Central, call: Call): boolean {
  const token = /^Bearer (\S+)$/i.exec(call.headers.authorization ?? '')?.[1]
  return token !== undefined && central.tokens.isGood(token, call.now)
}

/** Refuses a call without a good bearer token. */
export function checkToken(central: Central, call: Call): void {
  if (!hasGoodToken(central, call)) throw new Refusal(unauthorized())
}

/** Refuses a call if its header does not name the credential's account, or the credential has another type. */
export function checkAccount(central: Central, call: Call, idType: IdType, header: string): void {
  if (central.idType !== idType) throw new Refusal(forbidden(call.now))
  const given = call.headers[header.toLowerCase()]
  if (typeof given !== 'string') throw new Refusal(badRequest(`The header ${header} is missing.`, call.now))
  if (given.toLowerCase() !== central.accountId.toLowerCase()) throw new Refusal(forbidden(call.now))
}

/** Returns the tenant in `X-Tenant-ID`. Refuses the call if the credential may not read it. */
function tenantNamed(central: Central, call: Call): Tenant {
  const given = call.headers['x-tenant-id']
  if (typeof given !== 'string') throw new Refusal(badRequest('The header X-Tenant-ID is missing.', call.now))
  const tenant = central.world.tenant(given)
  // A partner's own id gets 403 too, a common mistake in scripts.
  if (tenant === undefined) throw new Refusal(forbidden(call.now))
  if (central.idType === 'tenant' && tenant.id !== central.accountId) throw new Refusal(forbidden(call.now))
  return tenant
}

/**
 * Returns the tenant of a call. Refuses the call unless the credential may read the tenant, the host is the tenant's
 * own, and the tenant is managed and activated. `licence`: whether the endpoint also needs an XDR or MDR licence.
 */
export function tenantOf(central: Central, call: Call, needs: { readonly licence: boolean }): Tenant {
  const tenant = tenantNamed(central, call)
  if (call.region !== (central.apiHosts === 'one' ? undefined : tenant.region))
    throw new Refusal(notFound('The tenant is not known on this host.', call.now))
  if (tenant.access === 'unmanaged' || tenant.apiHost === null) throw new Refusal(forbidden(call.now))
  // The real answer for a tenant without licence is not documented; users report 403.
  if (tenant.access === 'unlicensed' && needs.licence)
    throw new Refusal(standardError(403, 'forbidden', 'The tenant has no licence for this.', call.now))
  return tenant
}

/** Like `tenantOf`, for Fusion, which has one host for all regions. */
export function tenantOnFusion(central: Central, call: Call): Tenant {
  const tenant = tenantNamed(central, call)
  if (tenant.access === 'unmanaged') throw new Refusal(forbidden(call.now))
  return tenant
}
