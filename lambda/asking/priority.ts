import { msEachCall } from '../pacing/even-share.ts'
import type { RateWindow } from '../pacing/windows.ts'
import type { Settings } from '../settings.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Dataset } from './dataset.ts'

/** One tenant in one dataset: what the engine asks. */
export type Pair = { readonly tenant: Tenant; readonly dataset: Dataset }

/** The pairs that are ever asked: the first dataset's first, each in the order of the tenants. */
export const pairsOf = (
  tenants: readonly Tenant[],
  datasets: readonly Dataset[],
  settings: Settings,
): Pair[] =>
  datasets.flatMap(dataset =>
    tenants.filter(tenant => dataset.asks(tenant, settings)).map(tenant => ({ tenant, dataset })),
  )

/** How long after a try a pair is due again, in ms; undefined: as soon as the budget allows. */
const periodOf = ({ tenant, dataset }: Pair): number | undefined => dataset.everyMs ?? dataset.restMs(tenant)

/** Pairs with a period of their own take no more than this share of the calls from the others. */
const mostPeriodic = 0.5

/**
 * The time, in ms, in which the pairs without a period are asked once, on the average: what the slowest window allows beside
 * those that have one, but no less than the interval between two runs.
 */
export function cycleMs(
  pairs: readonly Pair[],
  windows: readonly RateWindow[],
  refreshIntervalMs: number,
): number {
  const msPerCall = msEachCall(windows, refreshIntervalMs)
  let calls = 0
  let periodic = 0
  for (const pair of pairs) {
    const period = periodOf(pair)
    if (period === undefined) calls += pair.dataset.calls
    else periodic += (pair.dataset.calls * msPerCall) / period
  }
  return Math.max(refreshIntervalMs, (calls * msPerCall) / (1 - Math.min(mostPeriodic, periodic)))
}

/**
 * The pairs to ask now, in order: those that were never asked, then those that wait longest, measured by their own period,
 * or by the cycle divided by their weight. So each is asked as often as its weight says, however scarce the calls are. None
 * starves: no weight counts for less than half of the average one, so each waits two cycles, and then at most for all others
 * once. Ties keep their order. Left out are pairs whose period is not over yet; a person who asks for fresh figures
 * (`isManual`) gets all tenants.
 */
export function inOrderOfNeed(pairs: readonly Pair[], cycle: number, now: number, isManual = false): Pair[] {
  const weights = relativeWeights(pairs.filter(pair => periodOf(pair) === undefined))
  const needOf = (pair: Pair): number => {
    const triedAt = pair.dataset.triedAt(pair.tenant)
    if (triedAt === undefined) return Number.POSITIVE_INFINITY
    return (now - triedAt) / (periodOf(pair) ?? cycle / (weights.get(pair) ?? 1))
  }
  const isDue = (pair: Pair, need: number) =>
    need >= 1 || periodOf(pair) === undefined || (isManual && pair.dataset.everyMs === undefined)
  return pairs
    .map(pair => ({ pair, need: needOf(pair) }))
    .filter(({ pair, need }) => isDue(pair, need))
    .sort((a, b) => (a.need > b.need ? -1 : a.need < b.need ? 1 : 0))
    .map(({ pair }) => pair)
}

/** The pairs' weights as multiples of their dataset's average, none below one half. */
function relativeWeights(pairs: readonly Pair[]): ReadonlyMap<Pair, number> {
  const relative = new Map<Pair, number>()
  for (const [dataset, own] of Map.groupBy(pairs, pair => pair.dataset)) {
    const weights = new Map(own.map(pair => [pair, dataset.weight(pair.tenant)]))
    const least = leastWeight([...weights.values()].filter(weight => weight !== undefined))
    for (const [pair, weight] of weights) {
      relative.set(pair, weight === undefined ? 1 : Math.max(weight, least) / (2 * least))
    }
  }
  return relative
}

/**
 * Half of the average that the weights have once each counts for at least that much. Every step comes closer by half, so
 * forty are exact to the twelfth digit.
 */
function leastWeight(weights: readonly number[]): number {
  let least = 0
  for (let step = 0; step < 40; step++) {
    least = weights.reduce((sum, weight) => sum + Math.max(weight, least), 0) / (2 * weights.length)
  }
  return least
}
