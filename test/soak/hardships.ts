import type { Fault, FaultKind } from '../../local/simulator/faults.ts'
import type { Chance } from './chance.ts'
import type { Spell } from './spell.ts'

/** One kind of trouble: its name, how many minutes it lasts, and what it does. */
export type Hardship = {
  readonly name: string
  readonly minutes: readonly [least: number, most: number]
  make(chance: Chance, ids: readonly string[]): Omit<Spell, 'name' | 'from' | 'to'>
}

const serverError: FaultKind = { kind: 'status', status: 500, body: { error: 'internalServerError' } }
const gateway: FaultKind = { kind: 'status', status: 503, body: '<html>' }
const throttled: FaultKind = { kind: 'status', status: 429, body: { error: 'tooManyRequests' } }
const queryEndpoints = ['runStart', 'runStatus', 'runResults']
const tenantEndpoints = ['counts', ...queryEndpoints]
const regions = ['eu01', 'eu02', 'us01', 'us03', 'au01'] as const

/** Which requests a fault strikes. */
type Where = Pick<Fault, 'tenantId' | 'region' | 'every'>

const at = (endpoints: readonly string[], fault: FaultKind, where: Where = {}): Fault[] =>
  endpoints.map(endpoint => ({ ...fault, ...where, endpoint }))

/** Faults for three or four tenants. */
const ofSome = (chance: Chance, ids: readonly string[], endpoints: readonly string[], fault: FaultKind) => {
  const some = chance.shuffled(ids).slice(0, chance.pick([3, 4]))
  return { holdsUp: { ids: some }, faults: some.flatMap(tenantId => at(endpoints, fault, { tenantId })) }
}

const ofRegion = (chance: Chance, fault: FaultKind) => {
  const region = chance.pick(regions)
  return { holdsUp: { region }, faults: at(tenantEndpoints, fault, { region }) }
}

/** Times of Retry-After, as Sophos' documents allow them. */
const retryAfters: readonly [string, ...string[]] = ['20', '90', '600']

const ofServer: readonly Hardship[] = [
  {
    name: 'counts down',
    minutes: [5, 180],
    make: () => ({ holdsUp: 'counts', faults: at(['counts'], serverError) }),
  },
  {
    name: 'counts reset',
    minutes: [5, 60],
    make: () => ({ holdsUp: 'counts', faults: at(['counts'], { kind: 'reset' }) }),
  },
  {
    name: 'counts hang',
    minutes: [5, 60],
    make: () => ({ holdsUp: 'all', faults: at(['counts'], { kind: 'hang' }) }),
  },
  {
    name: 'some calls hang',
    minutes: [20, 90],
    make: () => ({ holdsUp: 'all', faults: at(tenantEndpoints, { kind: 'hang' }, { every: 9 }) }),
  },
  {
    name: 'queries down',
    minutes: [30, 300],
    make: () => ({ holdsUp: 'none', faults: at(queryEndpoints, gateway) }),
  },
  {
    name: 'counts and queries down',
    minutes: [10, 90],
    make: () => ({ holdsUp: 'all', faults: at(tenantEndpoints, gateway) }),
  },
  { name: 'region down', minutes: [10, 300], make: chance => ofRegion(chance, gateway) },
  { name: 'region resets', minutes: [10, 120], make: chance => ofRegion(chance, { kind: 'reset' }) },
  { name: 'region hangs', minutes: [10, 90], make: chance => ofRegion(chance, { kind: 'hang' }) },
  {
    name: 'single resets',
    minutes: [30, 240],
    make: () => ({ holdsUp: 'all', faults: [{ kind: 'reset', every: 13 }] }),
  },
  {
    name: '5xx blips',
    minutes: [30, 240],
    make: () => ({ holdsUp: 'all', faults: [{ ...gateway, every: 9 }] }),
  },
  {
    name: 'web pages instead of answers',
    minutes: [20, 120],
    make: () => ({ holdsUp: 'all', faults: [{ kind: 'garbage', as: 'html', every: 7 }] }),
  },
  {
    name: 'answers cut short',
    minutes: [20, 120],
    make: () => ({ holdsUp: 'all', faults: [{ kind: 'garbage', as: 'json', every: 7 }] }),
  },
  {
    name: '400 for some tenants',
    minutes: [60, 400],
    make: (chance, ids) =>
      ofSome(chance, ids, tenantEndpoints, { kind: 'status', status: 400, body: { error: 'badRequest' } }),
  },
  {
    name: '403 for some tenants',
    minutes: [60, 400],
    make: (chance, ids) =>
      ofSome(chance, ids, tenantEndpoints, { kind: 'status', status: 403, body: { error: 'forbidden' } }),
  },
  {
    name: '404 for some tenants',
    minutes: [60, 300],
    make: (chance, ids) =>
      ofSome(chance, ids, tenantEndpoints, { kind: 'status', status: 404, body: { error: 'notFound' } }),
  },
  {
    name: 'storm of 429',
    minutes: [5, 40],
    make: () => ({ holdsUp: 'all', faults: [{ ...throttled, every: 2 }] }),
  },
  {
    name: 'storm of 429 with Retry-After',
    minutes: [5, 40],
    make: chance => ({
      holdsUp: 'all',
      faults: [{ ...throttled, headers: { 'Retry-After': chance.pick(retryAfters) }, every: 3 }],
    }),
  },
  {
    name: 'no severities',
    minutes: [30, 120],
    make: () => ({ holdsUp: 'none', faults: [{ kind: 'noSeverities', endpoint: 'counts', every: 3 }] }),
  },
  {
    name: 'figures lag',
    minutes: [60, 200],
    make: chance => ({ holdsUp: 'counts', faults: [], lagMs: chance.between(30, 200) * 60_000 }),
  },
  {
    name: 'tokens expire',
    minutes: [20, 120],
    make: () => ({ holdsUp: 'all', faults: [{ kind: 'expireTokens', every: 11 }] }),
  },
  {
    name: 'tokens refused',
    minutes: [15, 90],
    make: () => ({
      holdsUp: 'all',
      faults: at(['token'], {
        kind: 'status',
        status: 401,
        body: { errorCode: 'oauth.invalid_client_secret', message: 'Unauthorized' },
      }),
    }),
  },
  {
    name: 'whoami fails',
    minutes: [15, 60],
    make: () => ({ holdsUp: 'all', faults: at(['whoami'], gateway) }),
  },
  {
    name: 'list fails',
    minutes: [15, 90],
    make: () => ({ holdsUp: 'all', faults: at(['partnerTenants'], serverError) }),
  },
  {
    name: 'list without totals',
    minutes: [15, 120],
    make: () => ({ holdsUp: 'none', faults: at(['partnerTenants'], { kind: 'noPageTotal' }) }),
  },
  { name: 'list with a gap', minutes: [15, 120], make: () => ({ holdsUp: 'all', faults: [] }) },
  { name: 'list with moving pages', minutes: [15, 120], make: () => ({ holdsUp: 'none', faults: [] }) },
  { name: 'list empty', minutes: [15, 60], make: () => ({ holdsUp: 'none', faults: [] }) },
  {
    name: 'Fusion down',
    minutes: [30, 200],
    make: () => ({ holdsUp: 'none', faults: at(['fusion'], gateway) }),
  },
]

const ofTheAccount: readonly Hardship[] = [
  {
    name: 'reads of S3 fail',
    minutes: [5, 40],
    make: () => ({ holdsUp: 'all', faults: [], store: 'reads fail' }),
  },
  {
    name: 'writes of S3 fail',
    minutes: [5, 40],
    make: () => ({ holdsUp: 'all', faults: [], store: 'writes fail' }),
  },
  {
    name: 'answers of S3 are lost',
    minutes: [15, 60],
    make: () => ({ holdsUp: 'all', faults: [], store: 'answers lost' }),
  },
  { name: 'S3 is slow', minutes: [15, 120], make: () => ({ holdsUp: 'none', faults: [], store: 'slow' }) },
  {
    name: 'the bus takes nothing',
    minutes: [30, 200],
    make: () => ({ holdsUp: 'none', faults: [], isBusDown: true }),
  },
]

export const hardships: readonly Hardship[] = [...ofServer, ...ofTheAccount]
