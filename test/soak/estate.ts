import type { Tenant, TenantSpec } from '../../local/simulator/tenants.ts'
import { chanceOf } from './chance.ts'

/** When a tenant is in Sophos' list, and what it is called. Times in ms since the epoch. */
type Stay = {
  /** It is in the list from each first time to each second one. */
  readonly spans: readonly (readonly [from: number, to: number])[]
  readonly renamedAt?: number
}

/** The true list of tenants, at any time. */
export type Estate = {
  readonly specs: readonly TenantSpec[]
  isListed(id: string, at: number): boolean
  /** Whether it was in the list all the time. */
  isListedThrough(id: string, from: number, to: number): boolean
  nameOf(tenant: Pick<Tenant, 'id' | 'name'>, at: number): string
  /** When a tenant moved to Sophos Fusion; Infinity where it did not. */
  movedAt(id: string): number
  /** Tenants that have no licence, or are not activated, have no figures. */
  hasFigures(id: string): boolean
  readonly ids: readonly string[]
}

const idOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
/** More than a page of the list, which has 100. */
const stable = 96

/**
 * The tenants between `start` and `end`: most stay; two join, two leave, two leave and come back, two are renamed, three
 * move to Sophos Fusion. Two have no licence and one is not activated.
 */
export function makeEstate(seed: number, start: number, end: number): Estate {
  const chance = chanceOf(seed + 1)
  const sometime = (from = 0.1, to = 0.8) => start + (end - start) * chance.between(from, to)
  const stays = new Map<string, Stay>()
  const specs: TenantSpec[] = []
  function add(spec: TenantSpec, stay: Stay = { spans: [[0, Number.POSITIVE_INFINITY]] }): void {
    const id = idOf(specs.length + 1)
    specs.push({ access: 'ok', ...spec, id, name: `Tenant ${specs.length + 1}` })
    stays.set(id, stay)
  }
  for (let n = 0; n < stable; n++) add({})
  for (let n = 0; n < 2; n++) {
    add({}, { spans: [[sometime(), Number.POSITIVE_INFINITY]] })
    add({}, { spans: [[0, sometime()]] })
    const left = sometime(0.1, 0.5)
    add(
      {},
      {
        spans: [
          [0, left],
          [left + (end - start) * chance.between(0.05, 0.3), Number.POSITIVE_INFINITY],
        ],
      },
    )
    add({}, { spans: [[0, Number.POSITIVE_INFINITY]], renamedAt: sometime() })
    add({ access: 'unlicensed' })
  }
  for (let n = 0; n < 3; n++) add({ movedAt: Math.floor(sometime(0.1, 0.6)) })
  add({ apiHost: null })

  const spansOf = (id: string) => stays.get(id)?.spans ?? []
  const without = new Set(
    specs.filter(({ access, apiHost }) => access !== 'ok' || apiHost === null).map(({ id }) => id),
  )
  const moves = new Map(specs.map(({ id, movedAt }) => [id, movedAt]))
  return {
    specs,
    hasFigures: id => !without.has(id),
    ids: [...stays.keys()],
    isListed: (id, at) => spansOf(id).some(([from, to]) => from <= at && at < to),
    isListedThrough: (id, first, last) => spansOf(id).some(([from, to]) => from <= first && last < to),
    nameOf: ({ id, name }, at) =>
      at >= (stays.get(id)?.renamedAt ?? Number.POSITIVE_INFINITY) ? `${name} & Söhne` : name,
    movedAt: id => moves.get(id) ?? Number.POSITIVE_INFINITY,
  }
}
