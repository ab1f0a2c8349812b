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

/** Datasets with a period of their own take no more than this share of the calls from the others. */
const mostPeriodic = 0.5

/**
 * The time, in ms, in which a tenant of weight 1 can be asked once if all are asked by their weights: what the slowest
 * window allows beside the datasets that have a period of their own, but no less than the interval between two runs.
 */
export function cycleMs(
  pairs: readonly Pair[],
  windows: readonly RateWindow[],
  refreshIntervalMs: number,
): number {
  const msPerCall = Math.max(...windows.map(({ limit, periodMs }) => periodMs / limit))
  let calls = 0
  let periodic = 0
  for (const { tenant, dataset } of pairs) {
    if (dataset.everyMs === undefined) calls += dataset.weight(tenant) * dataset.calls
    else periodic += (dataset.weight(tenant) * dataset.calls * msPerCall) / dataset.everyMs
  }
  return Math.max(refreshIntervalMs, (calls * msPerCall) / (1 - Math.min(mostPeriodic, periodic)))
}

/**
 * The pairs to ask now, in order: those that were never asked, then those due first. A pair is due a cycle after its last
 * try, or its dataset's period after it, sooner or later by its weight. Ties keep their order. No tenant starves: it waits
 * at most a cycle divided by its weight, and then for the pairs that were due before it. Left out are pairs whose dataset
 * has a period that is not over yet; all others are asked as long as there are calls.
 */
export function inOrderOfNeed(pairs: readonly Pair[], cycle: number, now: number): Pair[] {
  const due = pairs.map(pair => ({ pair, at: dueAt(pair, cycle) }))
  return due
    .filter(({ pair, at }) => pair.dataset.everyMs === undefined || at <= now)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ pair }) => pair)
}

function dueAt({ tenant, dataset }: Pair, cycle: number): number {
  const triedAt = dataset.triedAt(tenant)
  if (triedAt === undefined) return Number.NEGATIVE_INFINITY
  return triedAt + (dataset.everyMs ?? cycle) / dataset.weight(tenant)
}
