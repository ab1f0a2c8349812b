import * as v from 'valibot'
import { count, moment } from '../schemas.ts'
import type { Tenant } from '../tenants/tenant.ts'

/**
 * How a run went, as the state keeps it and status.json reports it. Times are milliseconds since the epoch, `message` is a
 * plain sentence for people.
 *
 * `result`: `complete`: every tenant was tried. `partial`: budget or time ended first. `failed`: no token, no list, or no
 * answer at all. `running`: it goes on; what is published is as far as it came.
 */
export const reportSchema = v.object({
  source: v.string(),
  startedAt: moment,
  endedAt: moment,
  trigger: v.picklist(['schedule', 'manual']),
  result: v.picklist(['complete', 'partial', 'failed', 'running']),
  message: v.string(),
  /** The figures of the message, where a run got as far as asking. */
  counts: v.optional(
    v.object({
      tenants: count,
      /** Tried in this run, with an answer. */
      collected: count,
      /** Left for the next run. */
      waiting: count,
      needAttention: count,
      moved: count,
    }),
  ),
  /** The sentences of the message that no figure says. */
  remark: v.optional(v.string()),
  calls: v.object({ made: count, retries: count, throttled: count }),
  budget: v.array(v.object({ window: v.string(), limit: count, periodMs: count, left: count })),
  /**
   * The part of each limit that is used since Sophos answered 429, and until when no call is made (ms), if it asked for
   * that.
   */
  pace: v.optional(v.object({ share: v.number(), pausedUntil: v.optional(moment) })),
  /** How fresh the figures were at the end of the run (run/health.ts). */
  health: v.optional(
    v.object({
      /** Tenants that should have figures: all but those that moved, or that Sophos refuses for long. */
      active: count,
      /** Those of them whose figures are older than `freshForMs`, or that have none for as long. */
      withoutFresh: count,
      /** Those of them without figures for a day, or for `freshForMs` where that is longer. */
      withoutAnyForADay: count,
      /** The age of the oldest figures of all active tenants. */
      oldestMs: v.number(),
      /** Three planned cycles. */
      freshForMs: v.number(),
      /** In which schedule and limits let every tenant be asked once. */
      cycleMs: v.number(),
    }),
  ),
  nextRunAt: moment,
  fusion: v.optional(
    v.object({
      /** Whether tenants are checked for a move to Sophos Fusion. */
      guard: v.picklist(['on', 'off']),
      counts: v.picklist(['off', 'auto']),
    }),
  ),
})
export type RunReport = v.InferOutput<typeof reportSchema>

/** How a run went, and the tenants of its source as they are published. */
export type RunOutcome = { readonly report: RunReport; readonly tenants: readonly Tenant[] }

/** When the next run is due (ms): an interval after this one, unless this one was asked for before its time. */
export function nextRunAt(run: {
  trigger: RunReport['trigger']
  startedAt: number
  intervalMs: number
  /** What the run before expected. */
  planned: number | undefined
}): number {
  const { trigger, startedAt, intervalMs, planned } = run
  return trigger === 'manual' && planned !== undefined && planned > startedAt
    ? planned
    : startedAt + intervalMs
}
