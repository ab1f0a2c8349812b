import * as v from 'valibot'
import { count, moment } from '../schemas.ts'

/** As many failures in a row are no accident any more. Calls that are under way by then come on top. */
const opensAfter = 5
/** A restart or a blip is over by then; the distance doubles with each probe that fails. */
const firstProbeAfterMs = 5_000
/** The usual refresh interval: an endpoint that is down for weeks costs about one call a run. */
const longestProbeAfterMs = 900_000
/** No request is under way for longer (`deadlines.ts`), so a probe whose end was not seen is over by then. */
const probeEndsWithinMs = 60_000
/** After so long without a call, nothing is known of an endpoint any more. */
const forgottenAfterMs = 86_400_000

export const breakersSchema = v.record(
  v.string(),
  v.object({
    failures: count,
    since: moment,
    probes: count,
    probeAt: v.optional(moment),
    /** What the last call came to, in a few words. */
    why: v.optional(v.string()),
  }),
)

/** What is known of the endpoints in trouble, by their key; one in good order has no entry. Plain data for the state. */
export type Breakers = Readonly<v.InferOutput<typeof breakersSchema>>

/**
 * An endpoint that failed. `since` is the time of the first failure in the row (times in milliseconds since the epoch).
 * With a `probeAt` it is open: no call is made before that moment, and then one call is made to see.
 */
export type Breaker = Breakers[string]

/** After a success there is none: the endpoint is in good order. */
type MaybeBreaker = Breaker | undefined

export const isOpen = (breaker: MaybeBreaker): boolean => breaker?.probeAt !== undefined

/** Whether a call may be sent: the breaker is closed, or a probe is due. */
export const maySend = (breaker: MaybeBreaker, now: number): boolean => (breaker?.probeAt ?? now) <= now

/** A call that `maySend` allowed is sent now. Through an open breaker it is the probe, and no other call follows it. */
export const afterSending = (breaker: MaybeBreaker, now: number): MaybeBreaker =>
  breaker?.probeAt === undefined
    ? breaker
    : { ...breaker, probes: breaker.probes + 1, probeAt: now + probeEndsWithinMs }

/** An answer was a failure, or none came. An open breaker stays so until the next probe. */
export function afterFailure(breaker: MaybeBreaker, now: number): Breaker {
  const { failures, since, probes } = breaker ?? { failures: 0, since: now, probes: 0 }
  const opens = breaker?.probeAt !== undefined || failures + 1 >= opensAfter
  const distanceMs = Math.min(longestProbeAfterMs, firstProbeAfterMs * 2 ** probes)
  return { failures: failures + 1, since, probes, ...(opens && { probeAt: now + distanceMs }) }
}

/** The breakers as an earlier run left them: those that are open, and not from a clock that was wrong. */
export function restoredBreakers(breakers: Breakers, now: number): Breakers {
  const recalled = Object.entries(breakers).flatMap(([key, breaker]) => {
    const { probeAt, since } = breaker
    if (probeAt === undefined || probeAt < now - forgottenAfterMs) return []
    const clamped = {
      since: Math.min(since, now),
      probeAt: Math.min(probeAt, now + longestProbeAfterMs),
    }
    return [[key, { ...breaker, ...clamped }] as const]
  })
  return Object.fromEntries(recalled)
}
