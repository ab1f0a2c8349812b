import { type Estate, planFor } from '../cdk/planning/planner.ts'
import { defaults } from '../lambda/settings/defaults.ts'
import type { Environment } from '../lambda/settings/variable.ts'
import { readSettings } from '../lambda/settings.ts'
import type { Credentials } from '../lambda/sophos/token.ts'
import { forecast } from './forecast.ts'
import { refuseForSimulation, settingsIn } from './function-settings.ts'
import { startSimulator } from './simulator/server.ts'
import type { TenantSpec } from './simulator/tenants.ts'

/** The Sophos Central to collect from, as settings of the function. */
export type Upstream = {
  /** Real data, that of another service at SOPHOS_API_URL, and simulated data have separate buckets. */
  readonly bucket: 'demo' | 'stand-in' | 'sophos'
  /** The value of the secret. */
  readonly secret: string
  readonly settings: Readonly<Record<string, string>>
  readonly refreshIntervalMs: number
  readonly description: string
  close(): Promise<void>
}

/**
 * Returns the Sophos Central that the credentials are for, else a simulated one with `tenants` tenants. Throws an error
 * that names a wrong setting in the environment.
 */
export async function chooseUpstream(
  environment: Environment,
  credentials: Credentials | undefined,
  tenants: number,
): Promise<Upstream> {
  const given = settingsIn(environment)
  if (!credentials) refuseForSimulation(environment)
  const { SOPHOS_RATE_LIMITS: rateLimits } = given
  const read = (settings: Environment) =>
    readSettings({ ...settings, SOPHOS_SECRET_ARN: 'none', DATA_BUCKET: 'none' })
  // Before the schedule of the demo is made from it.
  const { demo: isStandIn, apiUrl } = read(given)
  const settings = {
    REFRESH_INTERVAL: credentials ? defaults.refreshInterval : demoSchedule(tenants, rateLimits),
    ...given,
  }
  const { refreshIntervalMs } = read(settings)

  if (credentials) {
    return {
      bucket: isStandIn ? 'stand-in' : 'sophos',
      secret: JSON.stringify(credentials),
      settings,
      refreshIntervalMs,
      description: `Collecting from ${isStandIn ? apiUrl : 'Sophos Central'}.`,
      close: async () => undefined,
    }
  }
  const duration = forecast(demoEstate(tenants, refreshIntervalMs / 60_000, rateLimits))
  const simulator = await startSimulator({
    tenants: demoTenants(tenants, Date.now()),
    clientId: 'demo-client',
    clientSecret: 'demo-secret',
    latency: { min: 40, max: 180 },
    ...(rateLimits && { rateLimits }),
  })
  return {
    bucket: 'demo',
    secret: JSON.stringify({ clientId: 'demo-client', clientSecret: 'demo-secret' }),
    settings: { ...settings, SOPHOS_ID_URL: simulator.url, SOPHOS_API_URL: simulator.url },
    refreshIntervalMs,
    description: `Collecting from a simulated Sophos Central with ${tenants} tenants. For the real one: npm start -- --ask${duration ? `\n${duration}` : ''}`,
    close: simulator.close,
  }
}

const dayMs = 86_400_000

/**
 * Returns the tenants of the demo. From 20 tenants on, two have moved to Sophos Fusion: one that the first run probes,
 * and one that the second run probes.
 */
export function demoTenants(tenants: number, now: number): number | (number | TenantSpec)[] {
  if (tenants < 20) return tenants
  const moved: TenantSpec = { movedAt: now - 3 * dayMs, detectionsPerDay: 20 }
  const between = Math.ceil(tenants / 24) - 1
  return [moved, between, moved, tenants - between - 2]
}

const demoEstate = (
  tenants: number,
  scheduleMinutes: number,
  rateLimits: string = defaults.rateLimits,
): Estate => ({ tenants, scheduleMinutes, rateLimits, sources: new Map(), fusionGuard: defaults.fusionGuard })

/**
 * Returns the shortest schedule on which every run of the demo reaches all tenants. It divides the hour, so that each
 * hour has the same number of runs. If there is none, returns the default, as for any estate that is larger than its
 * budget.
 */
export function demoSchedule(tenants: number, rateLimits: string = defaults.rateLimits): string {
  const hour = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60]
  const minutes = hour.find(scheduleMinutes => {
    return planFor(demoEstate(tenants, scheduleMinutes, rateLimits)).refreshMinutes === scheduleMinutes
  })
  return minutes === undefined ? defaults.refreshInterval : `${minutes}m`
}
