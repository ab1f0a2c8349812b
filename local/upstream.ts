import { planFor } from '../cdk/planning/planner.ts'
import { parseDuration, parseRateWindows } from '../lambda/pacing/windows.ts'
import { defaults } from '../lambda/settings.ts'
import { startSimulator } from './simulator/server.ts'
import type { TenantSpec } from './simulator/tenants.ts'

/** Where the figures come from, as settings of the function. */
export type Upstream = {
  /** The bucket: real figures and simulated ones never meet. */
  readonly bucket: 'demo' | 'sophos'
  /** What the secret holds. */
  readonly secret: string
  readonly settings: Readonly<Record<string, string>>
  readonly refreshIntervalMs: number
  readonly said: string
  close(): Promise<void>
}

/** The real Sophos Central where the environment holds credentials, else a simulated one with `tenants` tenants. */
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
      'Only one of SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET is set. Set both for the real Sophos Central, or none.',
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
      said: 'Collecting from Sophos Central.',
      close: async () => undefined,
    }
  }
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
    said: `Collecting from a simulated Sophos Central with ${tenants} tenants. Set SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET for the real one.`,
    close: simulator.close,
  }
}

const dayMs = 86_400_000

/**
 * The tenants of the demo: so many, and from 20 on two of them moved to Sophos Fusion. The first is among those that the
 * first run probes, the other among those of the second.
 */
export function demoTenants(tenants: number, now: number): number | (number | TenantSpec)[] {
  if (tenants < 20) return tenants
  const moved: TenantSpec = { movedAt: now - 3 * dayMs, detectionsPerDay: 20 }
  const between = Math.ceil(tenants / 24) - 1
  return [moved, between, moved, tenants - between - 2]
}

/** An error of a setting begins with its name. */
function named<T>(setting: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw new Error(`${setting}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

/**
 * The shortest schedule, in whole minutes, on which every run of the demo reaches all tenants: one that divides the hour, so
 * that no hour holds a run more than another. Where none does, the usual one, as for any estate that is larger than its budget.
 */
export function demoSchedule(tenants: number, rateLimits: string = defaults.rateLimits): string {
  const hour = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60]
  const minutes = hour.find(scheduleMinutes => {
    const estate = {
      tenants,
      scheduleMinutes,
      rateLimits,
      sources: new Map(),
      fusionGuard: defaults.fusionGuard,
    }
    return planFor(estate).refreshMinutes === scheduleMinutes
  })
  return minutes === undefined ? defaults.refreshInterval : `${minutes}m`
}
