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
  /** How many tenants, or which: `[{ name: 'Acme' }, 20]`. Default 230. */
  readonly tenants?: number | readonly (number | TenantSpec)[]
  /** What the credential belongs to. Default partner. */
  readonly idType?: IdType
  /** Default `demo-client`. */
  readonly clientId?: string
  /** Default `demo-secret`. */
  readonly clientSecret?: string
  /**
   * Rate limits, over everything, the token calls included. Default `10/s 100/m 1000/h 200000/d`: stricter than the
   * real service, which only enforces the second and the fourth, and tolerates bursts of up to 300 a minute.
   */
  readonly rateLimits?: string | readonly Limit[]
  /** What a 429 says about when to come back. Default off: the real one says nothing. */
  readonly retryAfter?: 'off' | 'seconds' | 'date'
  /** The time in ms. Default Date.now. */
  readonly clock?: () => number
  /** How long a token is good. Default one hour. */
  readonly tokenLifeMs?: number
  /**
   * How long the network takes, to the service and back together, in real milliseconds: fixed by a function, or drawn
   * between two bounds. A random part of it passes before the service sees the call. Default none.
   */
  readonly latency?:
    | ((call: { endpoint: string; tenantId: string | undefined }) => number)
    | { min: number; max: number }
  /** `regions` (default): every region has its own host, `<url>/region/<region>`; `one`: a single host has it all. */
  readonly apiHosts?: 'regions' | 'one'
  /** How counts are cut into buckets: see `routes/counts.ts`. Default aligned, empty ones included. */
  readonly buckets?: { readonly aligned?: boolean; readonly empty?: boolean }
  /** Largest page of a run's results. Default 100. */
  readonly resultsMaxSize?: number
  /**
   * What nobody knows of Sophos Fusion yet: whether a partner's or organization's id in `X-Tenant-ID` names all of its tenants
   * (default: it does), and whether answers name tenants by Sophos Central's ids (default) or by numbers of their own.
   */
  readonly fusion?: { readonly parent?: boolean; readonly ids?: 'central' | 'numbers' }
  /** What can be asked. Default: everything in `routes/list.ts`. */
  readonly routes?: readonly Route[]
}

/** The simulated service at its address, with every option that was left out at its default. */
export function makeCentral(options: SimulatorOptions, url: string): Central {
  const seed = options.seed ?? 1
  const world = makeWorld(seed, options.tenants ?? 230)
  const idType = options.idType ?? 'partner'
  const own = idType === 'tenant' ? world.tenants[0] : undefined
  if (idType === 'tenant' && own === undefined)
    throw new Error('A tenant credential needs a tenant to belong to.')
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
