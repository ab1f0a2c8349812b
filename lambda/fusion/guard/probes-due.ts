import { hourMs } from '../../sophos/detections.ts'
import { isMoved } from '../../tenants/migration.ts'
import type { Tenant } from '../../tenants/tenant.ts'

/** One probe in so many calls, where there are not enough calls for all. */
export const callsPerProbe = 25
/** A round of probes takes so many runs, and no longer than a day where runs are rare. */
const runsPerRound = 24
const longestRoundMs = 24 * hourMs

/**
 * How many of `tenants` a run checks for a move, on a day with enough calls: one in 24, or more where runs are so rare that
 * a round would take longer than a day.
 */
export function probesWanted(tenants: number, refreshIntervalMs: number): number {
  const share = Math.min(1, Math.max(1 / runsPerRound, refreshIntervalMs / longestRoundMs))
  return Math.ceil(tenants * share)
}

/**
 * How many probes a run makes. With enough calls a move is noticed within 24 runs and a day. Where the budget does not
 * reach for that beside the counts of all tenants, between one call in 25 and one in 50 is a probe: it takes the place of
 * few counts, and a move is noticed all the same, within 50 calls for each tenant.
 */
export function probesInRun(options: {
  tenants: number
  /** How many of them are not known to have moved. */
  unmoved: number
  /** How many calls there is room for. */
  room: number
  refreshIntervalMs: number
  /** Since the last probe of any tenant, in ms. */
  sinceLastMs: number
  /** What the slowest window allows, in ms for each call. */
  msPerCall: number
}): number {
  const { tenants, unmoved, room } = options
  // Of all tenants, so that a round does not slow down as more of them move.
  const wanted = Math.min(unmoved, probesWanted(tenants, options.refreshIntervalMs))
  const oneInSome = Math.floor(room / callsPerProbe)
  // A run with room for less than 25 calls makes one probe, once 25 calls' time has passed since the last.
  const oneAtTimes = room >= 1 && options.sinceLastMs >= callsPerProbe * options.msPerCall ? 1 : 0
  return Math.max(0, Math.min(wanted, Math.max(Math.floor(room - tenants), oneInSome, oneAtTimes)))
}

/** The tenants to probe: those that never were, then those probed longest ago. A moved tenant never is again. */
export function dueForProbe(tenants: readonly Tenant[], probes: number): Tenant[] {
  const checkedAt = ({ migration }: Tenant) => migration.checkedAt ?? Number.NEGATIVE_INFINITY
  const unmoved = tenants.filter(tenant => !isMoved(tenant))
  return unmoved
    .sort((a, b) => (checkedAt(a) < checkedAt(b) ? -1 : checkedAt(a) > checkedAt(b) ? 1 : 0))
    .slice(0, probes)
}
