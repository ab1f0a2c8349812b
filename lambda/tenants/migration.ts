import { hourMs } from '../sophos/detections.ts'
import type { Tenant } from './tenant.ts'

/** Whether a tenant moved to Sophos Fusion, as they stand in the CSV. */
export const migrationStates = ['not_checked', 'not_moved', 'moved'] as const

/**
 * What is known of a tenant's move to Sophos Fusion. `checkedAt` is the last check (milliseconds since the epoch): of a
 * moved tenant the one that found out, of one that is not checked the one that failed, or undefined before the first.
 * A move is one-way, so `moved` is for ever; whatever else is not known for sure is `not_checked`.
 */
export type Migration = {
  readonly state: (typeof migrationStates)[number]
  readonly checkedAt: number | undefined
}

export const notChecked: Migration = { state: 'not_checked', checkedAt: undefined }

export const isMoved = ({ migration }: Pick<Tenant, 'migration'>): boolean => migration.state === 'moved'

/** Where a moved tenant's counts come from: nowhere, or Sophos Fusion's GraphQL API. */
export type FusionCounts = 'off' | 'auto'

const movedReason =
  "This tenant moved to Sophos Fusion, where this API's counts are wrong. Look into Sophos Fusion, or set FUSION_COUNTS=auto."
const askedNext =
  'This tenant moved to Sophos Fusion. Its counts are asked for there as soon as the rate limits allow.'
const askedAgain =
  'Whether this tenant moved to Sophos Fusion is not looked at any more; its turn comes next.'

/**
 * The tenant as one that moved: nothing that came by another way than Fusion is left of it. `at` is when that was found
 * out, for one that was not known to have moved.
 */
export function asMoved(tenant: Tenant, at: number, counts: FusionCounts): Tenant {
  const wasMoved = isMoved(tenant)
  if (wasMoved && counts === 'auto' && tenant.status !== 'moved') return tenant
  return {
    ...tenant,
    migration: wasMoved ? tenant.migration : { state: 'moved', checkedAt: at },
    ...(counts === 'off'
      ? { status: 'moved', reason: movedReason }
      : { status: 'pending', reason: askedNext, triedAt: undefined }),
    counts: undefined,
    news: undefined,
  }
}

/** The tenant as if nobody had ever looked whether it moved: this is what switching the guard off means. */
function asNeverChecked(tenant: Tenant): Tenant {
  if (!isMoved(tenant)) return { ...tenant, migration: notChecked }
  const asked = { status: 'pending', reason: askedAgain, triedAt: undefined } as const
  return { ...tenant, ...asked, migration: notChecked, counts: undefined, news: undefined }
}

/** The tenants as a run may show them, by what is known of moves: `moved` tells when each was found out (ms). */
export function withMoves(
  tenants: readonly Tenant[],
  moved: ReadonlyMap<string, number>,
  { guard, counts }: { guard: boolean; counts: FusionCounts },
): Tenant[] {
  if (!guard) return tenants.map(asNeverChecked)
  return tenants.map(tenant => {
    const at = moved.get(tenant.id) ?? (isMoved(tenant) ? (tenant.migration.checkedAt ?? 0) : undefined)
    return at === undefined ? tenant : asMoved(tenant, at, counts)
  })
}

/** One probe in so many calls, where there are not enough calls for all. */
const callsPerProbe = 25
/** A round of probes takes so many runs, and no longer than a day where runs are rare. */
const runsPerRound = 24
const longestRoundMs = 24 * hourMs

/**
 * How many probes a run makes: one for each 24 tenants, or more where runs are so rare that a round would take longer than
 * a day. So a move is noticed within 24 runs and a day. Where the budget does not reach for that beside everybody's counts,
 * between one call in 25 and one in 50 is a probe: it takes the place of few counts, and a move is noticed all the same,
 * within 50 calls for each tenant.
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
  const share = Math.min(1, Math.max(1 / runsPerRound, options.refreshIntervalMs / longestRoundMs))
  // Of all tenants, so that a round does not slow down as more of them move.
  const wanted = Math.min(unmoved, Math.ceil(tenants * share))
  const oneInSome = Math.floor(room / callsPerProbe)
  // A run with room for less than 25 calls makes one probe, once 25 calls' time has passed since the last.
  const oneAtTimes = room >= 1 && options.sinceLastMs >= callsPerProbe * options.msPerCall ? 1 : 0
  return Math.max(0, Math.min(wanted, Math.max(Math.floor(room - tenants), oneInSome, oneAtTimes)))
}

/** Whose turn it is to be probed: who never was, then who was longest ago. A moved tenant never is again. */
export function dueForProbe(tenants: readonly Tenant[], probes: number): Tenant[] {
  const checkedAt = ({ migration }: Tenant) => migration.checkedAt ?? Number.NEGATIVE_INFINITY
  const unmoved = tenants.filter(tenant => !isMoved(tenant))
  return unmoved
    .sort((a, b) => (checkedAt(a) < checkedAt(b) ? -1 : checkedAt(a) > checkedAt(b) ? 1 : 0))
    .slice(0, probes)
}

/** How many tenants are known for what. */
export function countMigrations(tenants: readonly Pick<Tenant, 'migration'>[]) {
  const counts = { notMoved: 0, moved: 0, notChecked: 0 }
  const names = { not_moved: 'notMoved', moved: 'moved', not_checked: 'notChecked' } as const
  for (const { migration } of tenants) counts[names[migration.state]] += 1
  return counts
}
