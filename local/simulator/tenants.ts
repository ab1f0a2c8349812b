import type { Activity } from './detections.ts'
import { hash, hashText, unit, uuid } from './hash.ts'
import { companyName } from './names.ts'

/**
 * Access to a tenant: `ok`; `unlicensed` (no XDR or MDR licence: 403 on detections and cases); `unmanaged` (listed, but
 * Partner Assistance is off or another partner manages it: 403 on everything).
 */
type Access = 'ok' | 'unlicensed' | 'unmanaged'

/** The fields of a tenant that a test chooses. The others are generated from the seed. */
export type TenantSpec = {
  readonly id?: string
  readonly name?: string
  /** `null` omits the field from the listing. */
  readonly showAs?: string | null
  readonly region?: Region
  readonly access?: Access
  /** `null` omits the field from the listing, as for a tenant that was never activated. */
  readonly apiHost?: string | null
  readonly detectionsPerDay?: number
  /** Whether the tenant has incidents, days with many more detections. Default true. */
  readonly hasIncidents?: boolean
  /** Time (ms) of a move to Sophos Fusion. Afterwards this API still answers 200, but with wrong counts. */
  readonly movedAt?: number
}

export type Tenant = {
  readonly id: string
  readonly name: string
  readonly showAs: string | undefined
  readonly region: Region
  readonly geography: string
  readonly billingType: string
  readonly access: Access
  /** `undefined`: the tenant's real address; `null`: omitted; a text: that text. */
  readonly apiHost: string | null | undefined
  readonly activity: Activity
  readonly movedAt: number | undefined
}

/** Data regions: geography in the listing, hours from UTC (without summer time), share of the tenants. */
const regions = {
  eu01: { geography: 'IE', utcOffset: 0, share: 0.3 },
  eu02: { geography: 'DE', utcOffset: 1, share: 0.25 },
  us01: { geography: 'US', utcOffset: -5, share: 0.12 },
  us03: { geography: 'US', utcOffset: -6, share: 0.1 },
  ca01: { geography: 'CA', utcOffset: -5, share: 0.05 },
  au01: { geography: 'AU', utcOffset: 10, share: 0.06 },
  jp01: { geography: 'JP', utcOffset: 9, share: 0.05 },
  in01: { geography: 'IN', utcOffset: 5.5, share: 0.04 },
  br01: { geography: 'BR', utcOffset: -3, share: 0.03 },
} as const
export type Region = keyof typeof regions

export function isRegion(text: string): text is Region {
  return Object.hasOwn(regions, text)
}

/**
 * Returns the tenants of a world, in the order of the listing. In `wanted`, a number stands for that many generated
 * tenants, an object for one tenant: `[{ name: 'Acme' }, 20]` gives 21 tenants.
 */
export function makeTenants(seed: number, wanted: number | readonly (number | TenantSpec)[]): Tenant[] {
  const specs = (typeof wanted === 'number' ? [wanted] : wanted).flatMap(entry =>
    typeof entry === 'number' ? Array.from({ length: entry }, () => undefined) : [entry],
  )
  const tenants = specs.map((spec, index) =>
    spec === undefined ? makeTenant(seed, index, oddities(hash(seed, index))) : makeTenant(seed, index, spec),
  )
  const ids = new Set(tenants.map(tenant => tenant.id))
  if (ids.size !== tenants.length) throw new Error('Two of the tenants have the same id. Give each its own.')
  return tenants
}

/** Gives a few percent of the tenants an access problem, as in any large estate. */
function oddities(key: number): TenantSpec {
  const chance = unit(key, 1)
  if (chance < 0.02) return { access: 'unlicensed' }
  if (chance < 0.03) return { access: 'unmanaged' }
  if (chance < 0.04) return { apiHost: null }
  return {}
}

function makeTenant(seed: number, index: number, spec: TenantSpec): Tenant {
  const key = hash(seed, index)
  const region = spec.region ?? drawRegion(unit(key, 2))
  const { geography, utcOffset } = regions[region]
  const id = spec.id ?? uuid(key, 3)
  const name = spec.name ?? companyName(geography, index, key)
  // The API may omit it; here one tenant in eight has none.
  const showAs =
    spec.showAs === undefined ? (unit(key, 4) < 0.125 ? undefined : name) : (spec.showAs ?? undefined)
  return {
    id,
    name,
    showAs,
    region,
    geography,
    billingType: unit(key, 5) < 0.6 ? 'usage' : 'term',
    access: spec.access ?? 'ok',
    apiHost: spec.apiHost,
    activity: {
      key: hash(seed, hashText(id)),
      perDay: spec.detectionsPerDay ?? drawPerDay(key),
      hasIncidents: spec.hasIncidents ?? true,
      utcOffset,
    },
    movedAt: spec.movedAt,
  }
}

function drawRegion(chance: number): Region {
  let sum = 0
  for (const [region, { share }] of Object.entries(regions)) {
    sum += share
    if (chance < sum && isRegion(region)) return region
  }
  return 'eu01'
}

/** One tenant in six is quiet; the others vary widely around 15 a day, up to 3,000. */
function drawPerDay(key: number): number {
  if (unit(key, 6) < 1 / 6) return 0.4
  const spread = Math.sqrt(-2 * Math.log(1 - unit(key, 7))) * Math.cos(2 * Math.PI * unit(key, 8))
  return Math.min(3000, 15 * Math.exp(1.3 * spread))
}
