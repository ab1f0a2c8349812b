import * as v from 'valibot'
import { fullPace, type Pace, paceSchema, recalledPace } from '../pacing/pace.ts'
import { mostCalls, unpackCalls } from '../pacing/remembered-calls.ts'
import type { RateWindow } from '../pacing/windows.ts'
import { count, moment, notAfter, parseJson } from '../schemas.ts'

/** What is written down: the ends (ms) of the calls of the past day, and the pace they have come to. */
export type Book = { readonly calls: readonly number[]; readonly pace: Pace }

/** Longer than the time between two renewals, the longest wait for the rate limits and the longest request together. */
export const leaseMs = 180_000
const hourMs = 3_600_000

const leaseSchema = v.object({
  schemaVersion: v.literal(1),
  holder: v.string(),
  /** Since when it is held, when that was last confirmed, and until when; `until` is 0 while it is free. */
  since: moment,
  renewedAt: moment,
  until: moment,
  calls: v.array(v.strictTuple([moment, count])),
  pace: v.optional(paceSchema),
})
/** What was read, in so far as it can be true. `calls` are the ends (ms) of the calls of the past day. */
type LeaseRecord = Omit<v.InferOutput<typeof leaseSchema>, 'schemaVersion' | 'calls' | 'pace'> & Book

/** What a run that was killed may have sent after it last wrote its calls down. */
export function unwritten({ renewedAt, until }: LeaseRecord, windows: readonly RateWindow[]): number[] {
  return until === 0 ? [] : mostCalls(windows, renewedAt, until)
}

/**
 * A lease that cannot be read, or that a clock in the future wrote, says nothing of earlier calls, and holds up no run; the
 * safe side is an hour at the limit.
 */
export function parseLease(bytes: Uint8Array, now: number): LeaseRecord {
  const parsed = v.safeParse(leaseSchema, parseJson(new TextDecoder().decode(bytes)))
  const calls = parsed.success ? unpackCalls(parsed.output.calls, now) : undefined
  // Two clocks may differ a little. A lease from further ahead would be held for as long as its clock is wrong.
  if (!parsed.success || !calls || parsed.output.renewedAt > now + leaseMs)
    return { holder: '', since: 0, renewedAt: now - hourMs, until: now, calls: [], pace: fullPace }
  const { holder, since, renewedAt, until, pace = fullPace } = parsed.output
  const canLast = until === 0 || (until >= renewedAt && until <= renewedAt + leaseMs)
  return {
    holder,
    since: notAfter(now, since),
    renewedAt,
    until: canLast ? until : renewedAt + leaseMs,
    calls,
    pace: recalledPace(pace, now),
  }
}
