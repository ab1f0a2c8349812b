import * as v from 'valibot'
import { moment } from '../schemas.ts'

/** Halved four times. With less, a collection would take more than a day, and a pause has stopped all calls already. */
const leastShare = 1 / 16
/** One step up after each quiet time: after one 429, the full pace is back in eight minutes. */
const stepShare = 1 / 8
/** Twice the window that Sophos enforces, so that each step is tested before the next. */
const quietMs = 120_000
/** `retryAfterMs` caps every pause at this, so a longer one comes from a wrong clock. */
const longestPauseMs = 3_600_000

export const paceSchema = v.object({
  share: v.pipe(v.number(), v.minValue(leastShare), v.maxValue(1)),
  pausedUntil: moment,
})

/**
 * The share of every limit to use, and the pause that Sophos asked for. Plain data, for the next run to resume from. No
 * call passes before `pausedUntil` (milliseconds since the epoch); after that, `share` grows by a step each quiet time.
 */
export type Pace = Readonly<v.InferOutput<typeof paceSchema>>

export const fullPace: Pace = { share: 1, pausedUntil: 0 }

/** Returns the share of every limit to use at `now`: between 1/16 and 1. */
export const shareAt = ({ share, pausedUntil }: Pace, now: number): number =>
  Math.min(1, share + stepShare * Math.max(0, Math.floor((now - pausedUntil) / quietMs)))

/** After a 429: half the pace, and no call before `until`. */
export const lowered = (pace: Pace, now: number, until: number): Pace => ({
  share: Math.max(leastShare, shareAt(pace, now) / 2),
  pausedUntil: Math.max(pace.pausedUntil, until),
})

/** A longer pause at the same pace, steps up included. */
export const paused = (pace: Pace, now: number, until: number): Pace =>
  until <= pace.pausedUntil ? pace : { share: shareAt(pace, now), pausedUntil: until }

/** The pace of an earlier run, with its pause cut to what is plausible. */
export const recalledPace = (pace: Pace, now: number): Pace => ({
  share: pace.share,
  pausedUntil: Math.min(pace.pausedUntil, now + longestPauseMs),
})

/** Returns the share at `now` and at every later step up to the full pace, if no 429 comes. */
export function outlook(pace: Pace, now: number): { at: number; share: number }[] {
  const steps = [{ at: now, share: shareAt(pace, now) }]
  const passed = Math.max(0, Math.floor((now - pace.pausedUntil) / quietMs))
  for (let n = passed + 1; (steps.at(-1)?.share ?? 1) < 1; n++) {
    steps.push({ at: pace.pausedUntil + n * quietMs, share: Math.min(1, pace.share + n * stepShare) })
  }
  return steps
}

/** A limit at a share of the pace, rounded down, but at least 1. */
export const scaled = (limit: number, share: number): number => Math.max(1, Math.floor(limit * share))
