import type { Dataset } from '../asking/dataset.ts'
import { probesWanted } from '../fusion/guard/probes-due.ts'
import { callsToList } from '../sophos/tenants.ts'

/** The calls of a run with one credential that asks all of its tenants, on a day without trouble. */
export type CallsNeeded = {
  readonly signIn: number
  /** Listing the tenants, whoami included. */
  readonly list: number
  /** Checks for moves to Sophos Fusion. */
  readonly probes: number
  /** Questions of the datasets that are asked in every run. */
  readonly questions: number
  /** Questions of the datasets with a period of their own, on the average. */
  readonly periodic: number
}

export function callsNeeded(estate: {
  tenants: number
  refreshIntervalMs: number
  guard: boolean
  datasets: readonly Pick<Dataset, 'calls' | 'everyMs'>[]
}): CallsNeeded {
  const { tenants, refreshIntervalMs, guard, datasets } = estate
  let [questions, periodic] = [0, 0]
  for (const { calls, everyMs } of datasets) {
    if (everyMs === undefined) questions += tenants * calls
    else periodic += tenants * calls * Math.min(1, refreshIntervalMs / everyMs)
  }
  return {
    signIn: 1,
    list: callsToList(tenants),
    probes: guard ? probesWanted(tenants, refreshIntervalMs) : 0,
    questions,
    periodic,
  }
}
