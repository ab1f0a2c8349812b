import { type Call, flag, ok, onlyParameters, page, wholeNumber } from '../call.ts'
import { apiHostOf, type Central, checkAccount } from '../central.ts'
import type { Route } from '../route.ts'
import type { Tenant } from '../tenants.ts'

/** The tenants of a partner or of an organization. */
export const tenantsRoutes: readonly Route[] = [
  {
    name: 'partnerTenants',
    method: 'GET',
    path: '/partner/v1/tenants',
    on: 'global',
    answer(call, central) {
      checkAccount(central, call, 'partner', 'X-Partner-ID')
      return listTenants(call, central)
    },
  },
  {
    name: 'organizationTenants',
    method: 'GET',
    path: '/organization/v1/tenants',
    on: 'global',
    answer(call, central) {
      checkAccount(central, call, 'organization', 'X-Organization-ID')
      return listTenants(call, central)
    },
  },
]

/** A page past the end is 200 without items. `pages` has totals only with `pageTotal`. */
function listTenants(call: Call, central: Central) {
  onlyParameters(call, ['page', 'pageSize', 'pageTotal'])
  const current = wholeNumber(call, 'page', 1, 1, 1_000_000)
  const size = wholeNumber(call, 'pageSize', 50, 1, 100)
  const { rows, total } = page(central.world.tenants, current, size)
  return ok({
    items: rows.map(tenant => listed(tenant, central)),
    pages: { current, size, maxSize: 100, ...(flag(call, 'pageTotal') && total) },
  })
}

function listed(tenant: Tenant, central: Central) {
  const apiHost = tenant.apiHost === undefined ? apiHostOf(central, tenant) : tenant.apiHost
  return {
    id: tenant.id,
    ...(tenant.showAs !== undefined && { showAs: tenant.showAs }),
    name: tenant.name,
    dataGeography: tenant.geography,
    dataRegion: tenant.region,
    billingType: tenant.billingType,
    [central.idType]: { id: central.accountId },
    ...(apiHost !== null && { apiHost }),
    status: 'active',
  }
}
