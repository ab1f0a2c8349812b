import { badRequest, forbidden, notFound, Refusal, standardError, unauthorized } from './answers.ts'
import type { Call } from './call.ts'
import type { makeRuns } from './runs.ts'
import type { Tenant } from './tenants.ts'
import type { makeTokens } from './tokens.ts'
import type { World } from './world.ts'

export type IdType = 'partner' | 'organization' | 'tenant'

/** The simulated Sophos Central, as all of its endpoints see it. */
export type Central = {
  readonly seed: number
  readonly url: string
  readonly idType: IdType
  /** The id of the partner, organization or tenant that the credential belongs to. */
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

/** The address of a tenant's own API. */
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

/** Refuses a call whose header does not name the account of the credential, or whose credential is of another type. */
export function checkAccount(central: Central, call: Call, idType: IdType, header: string): void {
  if (central.idType !== idType) throw new Refusal(forbidden(call.now))
  const given = call.headers[header.toLowerCase()]
  if (typeof given !== 'string') throw new Refusal(badRequest(`The header ${header} is missing.`, call.now))
  if (given.toLowerCase() !== central.accountId.toLowerCase()) throw new Refusal(forbidden(call.now))
}

/** The tenant named by `X-Tenant-ID`, if the credential may read it at all. */
function tenantNamed(central: Central, call: Call): Tenant {
  const given = call.headers['x-tenant-id']
  if (typeof given !== 'string') throw new Refusal(badRequest('The header X-Tenant-ID is missing.', call.now))
  const tenant = central.world.tenant(given)
  // A partner's own id here is answered with 403 too; many scripts have made that mistake.
  if (tenant === undefined) throw new Refusal(forbidden(call.now))
  if (central.idType === 'tenant' && tenant.id !== central.accountId) throw new Refusal(forbidden(call.now))
  return tenant
}

/**
 * The tenant that a call is about: the credential may read it, the host is the tenant's own, and it is managed and
 * activated. `licence`: whether the endpoint also needs one for XDR or MDR.
 */
export function tenantOf(central: Central, call: Call, needs: { readonly licence: boolean }): Tenant {
  const tenant = tenantNamed(central, call)
  if (call.region !== (central.apiHosts === 'one' ? undefined : tenant.region))
    throw new Refusal(notFound('The tenant is not known on this host.', call.now))
  if (tenant.access === 'unmanaged' || tenant.apiHost === null) throw new Refusal(forbidden(call.now))
  // The real answer of a tenant without licence was never published; others report 403.
  if (tenant.access === 'unlicensed' && needs.licence)
    throw new Refusal(standardError(403, 'forbidden', 'The tenant has no licence for this.', call.now))
  return tenant
}

/** As `tenantOf`, for Fusion, which has one host for all regions. */
export function tenantOnFusion(central: Central, call: Call): Tenant {
  const tenant = tenantNamed(central, call)
  if (tenant.access === 'unmanaged') throw new Refusal(forbidden(call.now))
  return tenant
}
