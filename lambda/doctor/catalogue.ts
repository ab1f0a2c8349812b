/**
 * Every API call the doctor tries: what this product uses, and what it could use later. Each path is in the official Postman
 * collection (github.com/sophos/sophos-central-apis-postman), under `documentedAs`. An undocumented path would get a 404,
 * which says nothing about the credential.
 *
 * None of them writes. Besides the token, the one POST starts a run of the query API, as the collector does when counts are
 * down. Its result is not read, and Sophos drops it after a day.
 */
export const catalogue = [
  {
    id: 'token',
    name: 'Token',
    level: 'credential',
    use: 'always',
    method: 'POST',
    path: '/api/v2/oauth2/token',
    licence: 'none',
    needs: 'an API credential that exists in Sophos Central',
    documentedAs: 'Authentication',
  },
  {
    id: 'whoami',
    name: 'Who am I',
    level: 'credential',
    use: 'always',
    method: 'GET',
    path: '/whoami/v1',
    licence: 'none',
    needs: 'any role',
    documentedAs: 'Who-am-I API / Who am I?',
  },
  {
    id: 'partner-tenants',
    name: "Partner's tenants",
    level: 'credential',
    use: 'always',
    method: 'GET',
    path: '/partner/v1/tenants',
    licence: 'none',
    needs: 'a partner credential, Service Principal ReadOnly',
    documentedAs: 'Partner API / Tenants / Enumerate tenants',
  },
  {
    id: 'organization-tenants',
    name: "Organization's tenants",
    level: 'credential',
    use: 'always',
    method: 'GET',
    path: '/organization/v1/tenants',
    licence: 'none',
    needs: 'an organization credential, Service Principal ReadOnly',
    documentedAs: 'Organization API',
  },
  {
    id: 'partner-admins',
    name: "Partner's admins",
    level: 'account',
    use: 'none',
    method: 'GET',
    path: '/partner/v1/admins',
    header: 'x-partner-id',
    licence: 'none',
    needs: 'a partner credential; the role is not documented',
    documentedAs: 'Partner API',
  },
  {
    id: 'partner-roles',
    name: "Partner's roles",
    level: 'account',
    use: 'none',
    method: 'GET',
    path: '/partner/v1/roles',
    header: 'x-partner-id',
    licence: 'none',
    needs: 'a partner credential; the role is not documented',
    documentedAs: 'Partner API',
  },
  {
    id: 'partner-billing',
    name: "Partner's billing usage",
    level: 'account',
    use: 'none',
    method: 'GET',
    // Last month, the latest complete one.
    path: '/partner/v1/billing/usage/:year/:month',
    header: 'x-partner-id',
    licence: 'none',
    needs: 'a partner credential; the role is not documented',
    documentedAs: 'Partner API',
  },
  {
    id: 'detections-counts',
    name: 'Detection counts',
    level: 'tenant',
    use: 'always',
    method: 'GET',
    path: '/detections/v1/queries/detections/counts',
    query: { resolution: 'hour' },
    header: 'x-tenant-id',
    licence: 'xdr',
    needs: 'an XDR or MDR licence; Service Principal ReadOnly is enough',
    documentedAs: 'Detections API / Detections / Get detection counts',
  },
  {
    id: 'detections-query',
    name: 'Detections query',
    level: 'tenant',
    use: 'fallback',
    method: 'POST',
    path: '/detections/v1/queries/detections',
    header: 'x-tenant-id',
    licence: 'xdr',
    // docs.d3security.com, sophos-central-v2; Sophos itself names no role.
    needs: 'an XDR or MDR licence; perhaps Service Principal Super Admin, according to a third party',
    documentedAs: 'Detections API / Detections / Run detections query',
  },
  {
    id: 'account-health',
    name: 'Account health',
    level: 'tenant',
    use: 'none',
    method: 'GET',
    path: '/account-health-check/v1/health-check',
    header: 'x-tenant-id',
    licence: 'none',
    needs: 'probably Service Principal ReadOnly',
    documentedAs: 'Account Health Check API / Account Health Check / Account Health',
  },
  {
    id: 'cases',
    name: 'Cases',
    level: 'tenant',
    use: 'none',
    method: 'GET',
    path: '/cases/v1/cases',
    query: { pageSize: '1' },
    header: 'x-tenant-id',
    licence: 'xdr',
    needs: 'an XDR or MDR licence; Service Principal ReadOnly, according to a third party',
    documentedAs: 'Cases API / Cases / Get cases',
  },
  {
    id: 'alerts',
    name: 'Alerts',
    level: 'tenant',
    use: 'none',
    method: 'GET',
    path: '/common/v1/alerts',
    query: { pageSize: '1' },
    header: 'x-tenant-id',
    licence: 'none',
    needs: 'Service Principal ReadOnly, according to a third party',
    documentedAs: 'Common API / Alerts / Query alerts',
  },
  {
    id: 'endpoints',
    name: 'Endpoints',
    level: 'tenant',
    use: 'none',
    method: 'GET',
    path: '/endpoint/v1/endpoints',
    query: { pageSize: '1' },
    header: 'x-tenant-id',
    licence: 'none',
    needs: 'an endpoint licence; the role is not documented',
    documentedAs: 'Endpoint API',
  },
  {
    id: 'siem-events',
    name: 'SIEM events',
    level: 'tenant',
    use: 'none',
    method: 'GET',
    path: '/siem/v1/events',
    header: 'x-tenant-id',
    licence: 'none',
    needs: 'a role that is not documented',
    documentedAs: 'SIEM Integration API',
  },
] as const satisfies readonly ApiEntry[]

export const documentation = 'https://github.com/sophos/sophos-central-apis-postman'

type ApiEntry = {
  readonly id: string
  readonly name: string
  /** Called once for the credential, once for the partner, or for each examined tenant. */
  readonly level: 'credential' | 'account' | 'tenant'
  /** Whether the dashboard needs it, uses it when counts are down, or does not use it. */
  readonly use: 'always' | 'fallback' | 'none'
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** Takes the id of the partner or of the tenant. */
  readonly header?: 'x-partner-id' | 'x-tenant-id'
  /** `xdr`: an XDR or MDR licence. */
  readonly licence: 'none' | 'xdr'
  readonly needs: string
  /** The name of the API in the collection, and of the request if the path does not make it clear. */
  readonly documentedAs: string
}

export type Api = (typeof catalogue)[number]
export type ApiId = Api['id']
export type TenantApi = Extract<Api, { level: 'tenant' }>
export type AccountApi = Extract<Api, { level: 'account' }>

export const tenantApis = catalogue.filter((api): api is TenantApi => api.level === 'tenant')
export const accountApis = catalogue.filter((api): api is AccountApi => api.level === 'account')
