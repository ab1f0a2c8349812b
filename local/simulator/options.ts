import type { Central, IdType } from './central.ts'
import { hash, uuid } from './hash.ts'
import type { Limit } from './limits.ts'
import type { Route } from './route.ts'
import { makeRuns } from './runs.ts'
import type { TenantSpec } from './tenants.ts'
import { makeTokens } from './tokens.ts'
import { makeWorld } from './world.ts'

export type SimulatorOptions = {
  /** Default: any free port. */
  readonly port?: number
  /** The same seed and the same clock give the same tenants and the same detections. Default 1. */
  readonly seed?: number
  /** Number of tenants, or a list: `[{ name: 'Acme' }, 20]`. Default 230. */
  readonly tenants?: number | readonly (number | TenantSpec)[]
  /** The account type of the credential. Default partner. */
  readonly idType?: IdType
  /** Default `demo-client`. */
  readonly clientId?: string
  /** Default `demo-secret`. */
  readonly clientSecret?: string
  /**
   * Rate limits over all calls, including token calls. Default `10/s 100/m 1000/h 200000/d`: stricter than the real
   * service, which only enforces the second and the fourth, and tolerates bursts of up to 300 a minute.
   */
  readonly rateLimits?: string | readonly Limit[]
  /** The form of Retry-After on a 429. Default off: the real service sends none. */
  readonly retryAfter?: 'off' | 'seconds' | 'date'
  /** The time in ms. Default Date.now. */
  readonly clock?: () => number
  /** How long a token is valid. Default one hour. */
  readonly tokenLifeMs?: number
  /**
   * Network time for the whole round trip in real milliseconds: from a function, or random between two bounds. A random
   * part of it passes before the service sees the call. Default none.
   */
  readonly latency?:
    | ((call: { endpoint: string; tenantId: string | undefined }) => number)
    | { min: number; max: number }
  /** `regions` (default): each region has its own host, `<url>/region/<region>`; `one`: one host for all. */
  readonly apiHosts?: 'regions' | 'one'
  /** The form of the count buckets, see `routes/counts.ts`. Default aligned, with empty ones. */
  readonly buckets?: { readonly aligned?: boolean; readonly empty?: boolean }
  /** Largest page of a run's results. Default 100. */
  readonly resultsMaxSize?: number
  /**
   * What is unknown about Sophos Fusion: whether a partner's or organization's id in `X-Tenant-ID` stands for all of
   * its tenants (default: it does), and whether answers identify tenants by Sophos Central's ids (default) or by other
   * numbers.
   */
  readonly fusion?: { readonly parent?: boolean; readonly ids?: 'central' | 'numbers' }
  /** Default: all in `routes/list.ts`. */
  readonly routes?: readonly Route[]
}

/** Creates the simulated service with defaults for missing options. */
export function makeCentral(options: SimulatorOptions, url: string): Central {
  const seed = options.seed ?? 1
  const world = makeWorld(seed, options.tenants ?? 230)
  const idType = options.idType ?? 'partner'
  const own = idType === 'tenant' ? world.tenants[0] : undefined
  if (idType === 'tenant' && own === undefined)
    throw new Error('A tenant credential needs at least one tenant.')
  const tokenLifeMs = options.tokenLifeMs ?? 3_600_000
  return {
    seed,
    url,
    idType,
    accountId: own?.id ?? uuid(seed, 0x5052),
    clientId: options.clientId ?? 'demo-client',
    clientSecret: options.clientSecret ?? 'demo-secret',
    tokenLifeMs,
    apiHosts: options.apiHosts ?? 'regions',
    buckets: { aligned: options.buckets?.aligned ?? true, empty: options.buckets?.empty ?? true },
    resultsMaxSize: options.resultsMaxSize ?? 100,
    fusion: { parent: options.fusion?.parent ?? true, ids: options.fusion?.ids ?? 'central' },
    world,
    tokens: makeTokens(seed, tokenLifeMs),
    runs: makeRuns(hash(seed, 0x52)),
  }
}
