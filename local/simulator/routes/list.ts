import type { Route } from '../route.ts'
import { alertsRoutes } from './alerts.ts'
import { casesRoutes } from './cases.ts'
import { countsRoutes } from './counts.ts'
import { fusionRoutes } from './fusion.ts'
import { healthRoutes } from './health.ts'
import { identityRoutes } from './identity.ts'
import { readsRoutes } from './reads.ts'
import { runsRoutes } from './runs.ts'
import { tenantsRoutes } from './tenants.ts'

/** All routes of the simulator. A new dataset adds its routes here. */
export const routes: readonly Route[] = [
  ...identityRoutes,
  ...tenantsRoutes,
  ...countsRoutes,
  ...runsRoutes,
  ...healthRoutes,
  ...casesRoutes,
  ...alertsRoutes,
  ...readsRoutes,
  ...fusionRoutes,
]
