import type { Clock } from '../clock.ts'
import { fullPace, type Pace } from '../pacing/pace.ts'
import { packCalls } from '../pacing/remembered-calls.ts'
import type { RateWindow } from '../pacing/windows.ts'
import { ConflictError, type Store } from '../state/store.ts'
import { type Book, leaseMs, parseLease, unwritten } from './lease-record.ts'

/**
 * The right to make calls with one credential, and the book of the calls that were made. It is an object in the bucket,
 * written only if it is as it was read, so that two runs never spend the same budget. Its holder renews it every
 * half minute and writes the calls down; it ends by itself three minutes after the last renewal, so that a run that was
 * killed holds no other up for long.
 */
export type Lease = {
  /** The ends (ms) of the calls of the past day. Those that a killed run cannot have written down are assumed at the worst. */
  readonly earlierCalls: readonly number[]
  readonly earlierPace: Pace
  /** Until when (ms) calls may be sent; it moves on with each renewal. */
  until(): number
  /** Writes down the calls and the pace, and holds on. Throws LeaseLostError where another run took over. */
  renew(book: Book): Promise<void>
  /** Writes them down and lets the next run have the lease at once. */
  release(book: Book): Promise<void>
}

/** Another run holds the lease. Times in ms. */
export type LeaseTaken = { readonly since: number; readonly until: number }

/** The lease went to another run: this one must not make another call. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}

/** Takes the lease of `source`, or returns since when another run has it. */
export async function takeLease(options: {
  store: Store
  source: string
  /** A name that no other run has. */
  holder: string
  windows: readonly RateWindow[]
  clock: Clock
}): Promise<Lease | LeaseTaken> {
  const { store, windows, clock, holder } = options
  const key = `state/${options.source}/lease.json`
  const since = clock.now()
  const found = await store.read(key)
  const before = found && parseLease(found.bytes, since)
  if (before && before.until > since) return { since: before.since, until: before.until }

  const earlierCalls = before ? [...before.calls, ...unwritten(before, windows)] : []
  const earlierPace = before?.pace ?? fullPace
  let etag: string | null = found?.etag ?? null
  let until = 0

  async function put({ calls, pace }: Book, heldUntil: (now: number) => number): Promise<void> {
    const now = clock.now()
    const record = {
      schemaVersion: 1,
      holder,
      since,
      renewedAt: now,
      until: heldUntil(now),
      calls: packCalls(calls, now),
      pace,
    }
    const write = async (onlyIf: string | null) => {
      const body = JSON.stringify(record)
      etag = await store.write(key, {
        body,
        contentType: 'application/json',
        cacheControl: 'no-store',
        onlyIf,
      })
      until = record.until
    }
    try {
      await write(etag)
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      // An earlier write of this very run may have come through though its answer was lost.
      const current = await store.read(key)
      if (!current || parseLease(current.bytes, now).holder !== holder) {
        until = 0
        throw new LeaseLostError('Another run took the lease.', { cause: error })
      }
      await write(current.etag)
    }
  }

  try {
    await put({ calls: earlierCalls, pace: earlierPace }, now => now + leaseMs)
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error
    // Another run was faster.
    const winner = await store.read(key)
    const held = winner && parseLease(winner.bytes, since)
    return { since: held?.since ?? since, until: held?.until || since + leaseMs }
  }
  return {
    earlierCalls,
    earlierPace,
    until: () => until,
    renew: book => put(book, now => now + leaseMs),
    release: book => put(book, () => 0),
  }
}

/** Who holds the lease, as a sentence. */
export function formatLeaseTaken({ since, until }: LeaseTaken): string {
  const time = (ms: number) => new Date(ms).toISOString()
  return `Another run is under way since ${time(since)}; it is over by ${time(until)}, or goes on for longer.`
}
