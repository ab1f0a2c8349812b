import { scaled } from './pace.ts'
import type { RateWindow } from './windows.ts'

/**
 * The exact sliding windows over all calls, with time as an argument (milliseconds since the epoch).
 *
 * A call occupies its place in every window from the moment it is sent until one window length after its answer came.
 * The server counted it at some moment between the two, so whatever the network does, no window of the server's can
 * see more calls than we count here.
 *
 * The ends of the calls are kept in order, which makes a window's next free place one look-up: with `f` calls in
 * flight, a window of `n` has room as soon as the (n - f)th newest ended call has left it.
 *
 * A `share` below 1 scales every limit down (`pace.ts`); the calls that were made stay counted.
 */
export class Budget {
  readonly #windows: readonly RateWindow[]
  readonly #longestMs: number
  #ends: number[]
  #inFlight = 0

  /** `ends` are the ends of earlier calls; one that claims to lie after `now` is counted as ended now. */
  constructor(windows: readonly RateWindow[], ends: readonly number[], now: number) {
    this.#windows = windows
    this.#longestMs = Math.max(...windows.map(window => window.periodMs))
    this.#ends = ends.map(end => Math.min(end, now)).sort((a, b) => a - b)
  }

  /** The earliest moment at which every window has room: `Infinity` while only an answer can make room. */
  earliest(share = 1): number {
    return Math.max(...this.#windows.map(window => this.#roomAt(window, share)))
  }

  /** The window that has room last, for telling what is being waited for. */
  tightest(share = 1): RateWindow | undefined {
    const at = this.earliest(share)
    return this.#windows.find(window => this.#roomAt(window, share) === at)
  }

  /** Takes a place for a call that is sent now. Asking `earliest` first is the caller's duty. */
  send(): void {
    this.#inFlight += 1
  }

  /** The answer of a call came, or will never come. */
  end(now: number): void {
    this.#inFlight -= 1
    // A clock that was set back must not break the order; counting the call as later than it was is the safe side.
    this.#ends.push(Math.max(now, this.#ends.at(-1) ?? now))
    if (this.#ends.length > 1_024 && (this.#ends[512] ?? now) <= now - this.#longestMs) this.#forget(now)
  }

  /** How many calls a window has left at `now`. */
  left({ limit, periodMs }: RateWindow, now: number, share = 1): number {
    return Math.max(0, scaled(limit, share) - this.#inFlight - this.#endedSince(now - periodMs))
  }

  /**
   * How many calls the tightest window has room for until the moment `until`: what it has left, and its limit once more
   * for each whole period of it to come. The answers' latency is not in it.
   */
  leftUntil(until: number, now: number, share = 1): number {
    const inWindow = (window: RateWindow) =>
      this.left(window, now, share) +
      Math.max(0, Math.floor((until - now) / window.periodMs)) * scaled(window.limit, share)
    return Math.min(...this.#windows.map(inWindow))
  }

  /** The ends of the calls that still occupy a place in some window, oldest first. */
  remembered(now: number): number[] {
    this.#forget(now)
    return [...this.#ends]
  }

  #roomAt({ limit, periodMs }: RateWindow, share: number): number {
    const free = scaled(limit, share) - this.#inFlight
    if (free <= 0) return Number.POSITIVE_INFINITY
    const blocking = this.#ends.at(-free)
    return blocking === undefined || free > this.#ends.length ? Number.NEGATIVE_INFINITY : blocking + periodMs
  }

  #endedSince(moment: number): number {
    let count = 0
    for (let i = this.#ends.length - 1; i >= 0 && (this.#ends[i] ?? 0) > moment; i--) count += 1
    return count
  }

  #forget(now: number): void {
    const first = this.#ends.findIndex(end => end > now - this.#longestMs)
    this.#ends = first < 0 ? [] : this.#ends.slice(first)
  }
}
