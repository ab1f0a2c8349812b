import { ok } from '../../local/simulator/call.ts'
import { tenantOf } from '../../local/simulator/central.ts'
import type { Route } from '../../local/simulator/route.ts'

/** A tenant has as many toys as its name has letters. */
export const toyRoute: Route = {
  name: 'toys',
  method: 'GET',
  path: '/toy/v1/toys',
  on: 'tenant',
  answer: (call, central) => ok({ toys: tenantOf(central, call, { licence: false }).name.length }),
}
