import { type Call, ok, onlyParameters, page, wholeNumber } from '../call.ts'
import { type Central, checkAccount, tenantOf } from '../central.ts'
import { hash, pick, uuid } from '../hash.ts'
import type { Route } from '../route.ts'

/** More endpoints, enough to test access: short lists with the main fields only. */
export const readsRoutes: readonly Route[] = [
  {
    name: 'endpoints',
    method: 'GET',
    path: '/endpoint/v1/endpoints',
    on: 'tenant',
    answer(call, central) {
      const { activity } = tenantOf(central, call, { licence: false })
      onlyParameters(call, ['pageSize', 'pageFromKey', 'pageTotal', 'view'])
      const size = wholeNumber(call, 'pageSize', 50, 1, 500)
      const devices = Array.from({ length: 5 + (hash(activity.key, 33) % 400) }, (_, n) => ({
        id: uuid(hash(activity.key, n), 61),
        type: pick(['computer', 'server'], activity.key, n, 62),
        hostname: `PC-${n}`,
        health: { overall: 'good' },
      }))
      const { rows } = page(devices, 1, size)
      return ok({ items: rows, pages: { size, maxSize: 500 } })
    },
  },
  {
    name: 'siemEvents',
    method: 'GET',
    path: '/siem/v1/events',
    on: 'tenant',
    answer(call, central) {
      const { activity } = tenantOf(central, call, { licence: false })
      onlyParameters(call, ['limit', 'cursor'])
      wholeNumber(call, 'limit', 200, 200, 1_000)
      return ok({ has_more: false, items: [], next_cursor: hash(activity.key, call.now).toString(36) })
    },
  },
  partnerList('partnerAdmins', '/partner/v1/admins'),
  partnerList('partnerRoles', '/partner/v1/roles'),
  {
    name: 'partnerBilling',
    method: 'GET',
    // Year and month; `path` is a regular expression.
    path: '/partner/v1/billing/usage/\\d{4}/:id',
    on: 'global',
    answer(call, central) {
      checkAccount(central, call, 'partner', 'X-Partner-ID')
      return ok({ items: [], pages: { current: 1, size: 50, maxSize: 100 } })
    },
  },
]

function partnerList(name: 'partnerAdmins' | 'partnerRoles', path: string): Route {
  const answer = (call: Call, central: Central) => {
    checkAccount(central, call, 'partner', 'X-Partner-ID')
    onlyParameters(call, ['page', 'pageSize'])
    return ok({
      items: [{ id: uuid(central.seed, name.length) }],
      pages: { current: 1, size: 50, maxSize: 100 },
    })
  }
  return { name, method: 'GET', path, on: 'global', answer }
}
