import { type Estate, planFor } from '../cdk/planning/planner.ts'
import { parseDuration, parseRateWindows } from '../lambda/pacing/windows.ts'
import { defaults } from '../lambda/settings.ts'
import { forecast } from './forecast.ts'
import { startSimulator } from './simulator/server.ts'
import type { TenantSpec } from './simulator/tenants.ts'

/** The Sophos Central to collect from, as settings of the function. */
export type Upstream = {
  /** Real and simulated data have separate buckets. */
  readonly bucket: 'demo' | 'sophos'
  /** The value of the secret. */
  readonly secret: string
  readonly settings: Readonly<Record<string, string>>
  readonly refreshIntervalMs: number
  readonly description: string
  close(): Promise<void>
}

/** Returns the real Sophos Central if the environment has credentials, else a simulated one with `tenants` tenants. */
export async function chooseUpstream(
  environment: Readonly<Record<string, string | undefined>>,
  tenants: number,
): Promise<Upstream> {
  const {
    SOPHOS_CLIENT_ID: clientId,
    SOPHOS_CLIENT_SECRET: clientSecret,
    SOPHOS_RATE_LIMITS: rateLimits,
  } = environment
  if (Boolean(clientId) !== Boolean(clientSecret)) {
    throw new Error(
      'Only one of SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET is set. Set both for the real Sophos Central, or neither.',
    )
  }
  const isReal = Boolean(clientId)
  const refreshInterval =
    environment.REFRESH_INTERVAL ?? (isReal ? defaults.refreshInterval : demoSchedule(tenants, rateLimits))
  const settings = {
    REFRESH_INTERVAL: refreshInterval,
    ...(rateLimits && { SOPHOS_RATE_LIMITS: rateLimits }),
  }
  const refreshIntervalMs = named('REFRESH_INTERVAL', () => parseDuration(refreshInterval))
  if (rateLimits) named('SOPHOS_RATE_LIMITS', () => parseRateWindows(rateLimits))

  if (clientId && clientSecret) {
    return {
      bucket: 'sophos',
      secret: JSON.stringify({ clientId, clientSecret }),
      settings,
      refreshIntervalMs,
      description: 'Collecting from Sophos Central.',
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
    description: `Collecting from a simulated Sophos Central with ${tenants} tenants. Set SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET for the real one.${duration ? `\n${duration}` : ''}`,
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

/** Puts the name of the setting in front of a parse error. */
function named<T>(setting: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw new Error(`${setting}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

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
