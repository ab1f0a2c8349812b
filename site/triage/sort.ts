import type { Tenant } from '../data/tenant.ts'
import type { Surroundings } from './surroundings.ts'
import { unusualOf } from './unusual.ts'
import type { Column, Sort } from './view.ts'

/**
 * From good to worst, so that descending means worst first, as with the counts. An unknown status ranks just above
 * `ok`.
 */
const statusRanks: ReadonlyMap<string, number> = new Map([
  ['ok', 0],
  ['pending', 2],
  ['inactive', 3],
  ['throttled', 4],
  ['moved', 5],
  ['not_found', 6],
  ['forbidden', 7],
  ['failed', 8],
])
const otherStatus = 1

/** Returns the tenants sorted by one column. Ties keep their order; unknown values come last in either direction. */
export function sortBy(
  tenants: readonly Tenant[],
  { column, descending }: Sort,
  around: Surroundings,
): readonly Tenant[] {
  const keys = Float64Array.from(keysOf(tenants, column, around))
  const sign = descending ? -1 : 1
  const known: number[] = []
  const unknown: number[] = []
  for (let i = 0; i < keys.length; i++) (Number.isNaN(keys[i]) ? unknown : known).push(i)
  known.sort((a, b) => sign * ((keys[a] ?? 0) - (keys[b] ?? 0)) || a - b)
  return [...known, ...unknown].flatMap(i => tenants[i] ?? [])
}

/** Returns the sort key of each tenant, NaN if unknown. Text is ranked first. */
function keysOf(tenants: readonly Tenant[], column: Column, around: Surroundings): number[] {
  const numbers = (figure: (tenant: Tenant) => number | undefined) =>
    tenants.map(tenant => figure(tenant) ?? Number.NaN)
  const texts = (text: (tenant: Tenant) => string | undefined) => ranked(tenants.map(text), around.locale)
  switch (column) {
    case 'name':
      return texts(tenant => tenant.name || undefined)
    case 'total':
      return numbers(tenant => tenant.total)
    case 'new':
      return numbers(tenant => tenant.news?.total)
    case 'unseen':
      return numbers(tenant => around.unseenOf(tenant)?.total)
    case 'status':
      return numbers(tenant =>
        tenant.status === undefined ? undefined : (statusRanks.get(tenant.status) ?? otherStatus),
      )
    case 'age':
      return numbers(tenant => tenant.collectedAt && -tenant.collectedAt)
    case 'region':
      return texts(tenant => tenant.region)
    case 'source':
      return texts(tenant => tenant.source)
    case 'group':
      return texts(tenant => around.groupsOf(tenant)[0])
    case 'unusual':
      return numbers(unusualOf)
    default:
      return numbers(tenant => tenant.counts[column])
  }
}

/** Returns the rank of each text among all texts; equal texts get equal ranks. */
function ranked(texts: readonly (string | undefined)[], locale: string): number[] {
  const ranks = rank(new Set(texts.filter(text => text !== undefined)), locale)
  return texts.map(text => (text === undefined ? Number.NaN : (ranks.get(text) ?? Number.NaN)))
}

let lastRanks: { locale: string; ranks: ReadonlyMap<string, number> } = { locale: '', ranks: new Map() }

/**
 * Sorting 10,000 names takes a collator 40 ms, and names hardly ever change. So the last ranks are kept, and reused
 * while they cover all the texts.
 */
function rank(texts: ReadonlySet<string>, locale: string): ReadonlyMap<string, number> {
  const known = lastRanks.locale === locale && [...texts].every(text => lastRanks.ranks.has(text))
  if (known) return lastRanks.ranks
  const { compare } = new Intl.Collator(locale, { numeric: true })
  const ranks = new Map([...texts].sort(compare).map((text, i) => [text, i]))
  lastRanks = { locale, ranks }
  return ranks
}
