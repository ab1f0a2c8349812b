import * as v from 'valibot'

/** Halved four times. Less would not end a collection within a day, and a pause has already stopped everything. */
const leastShare = 1 / 16
/** One step up, after each quiet time: a pace that was halved once is whole again after eight minutes. */
const stepShare = 1 / 8
/** Twice the window that Sophos enforces, so that a step has been tried before the next is made. */
const quietMs = 120_000
/** No pause is longer (`retryAfterMs` caps it), so one that claims to be was written by a wrong clock. */
const longestPauseMs = 3_600_000

export const paceSchema = v.object({
  share: v.pipe(v.number(), v.minValue(leastShare), v.maxValue(1)),
  pausedUntil: v.number(),
})

/**
 * How much of every limit is used, and the pause that Sophos asked for. Plain data, so that the next run goes on from
 * it. Nobody is let through before `pausedUntil` (milliseconds since the epoch); from then on `share` grows by a step
 * after each quiet time.
 */
export type Pace = Readonly<v.InferOutput<typeof paceSchema>>

export const fullPace: Pace = { share: 1, pausedUntil: 0 }

/** The part of every limit that is used at `now`: between 1/16 and 1. */
export const shareAt = ({ share, pausedUntil }: Pace, now: number): number =>
  Math.min(1, share + stepShare * Math.max(0, Math.floor((now - pausedUntil) / quietMs)))

/** After a 429: half the pace, and nobody before `until`. */
export const lowered = (pace: Pace, now: number, until: number): Pace => ({
  share: Math.max(leastShare, shareAt(pace, now) / 2),
  pausedUntil: Math.max(pace.pausedUntil, until),
})

/** A longer pause at the same pace. What was regained so far stays. */
export const paused = (pace: Pace, now: number, until: number): Pace =>
  until <= pace.pausedUntil ? pace : { share: shareAt(pace, now), pausedUntil: until }

/** The pace that an earlier run left. */
export const recalledPace = (pace: Pace, now: number): Pace => ({
  share: pace.share,
  pausedUntil: Math.min(pace.pausedUntil, now + longestPauseMs),
})

/** The share at `now` and at every step to come while all stays quiet, up to the whole. */
export function outlook(pace: Pace, now: number): { at: number; share: number }[] {
  const steps = [{ at: now, share: shareAt(pace, now) }]
  const passed = Math.max(0, Math.floor((now - pace.pausedUntil) / quietMs))
  for (let n = passed + 1; (steps.at(-1)?.share ?? 1) < 1; n++) {
    steps.push({ at: pace.pausedUntil + n * quietMs, share: Math.min(1, pace.share + n * stepShare) })
  }
  return steps
}

/** A limit at a share of the pace: rounded down, but never to nothing. */
export const scaled = (limit: number, share: number): number => Math.max(1, Math.floor(limit * share))
