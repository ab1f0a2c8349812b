import { countAfter } from './even-share.ts'
import { scaled } from './pace.ts'
import type { RateWindow } from './windows.ts'

/**
 * Exact sliding windows over all calls. Time is an argument (milliseconds since the epoch).
 *
 * A call takes a place in every window from the moment it is sent until one window length after its answer. The server
 * counts it at some moment between sending and answer, so the server's windows never hold more calls than these do.
 *
 * The ends of the calls are kept in order, so one look-up finds a window's next free place: with `f` calls in flight, a
 * window of `n` has room as soon as the (n - f)th newest ended call has left it.
 *
 * A `share` below 1 scales every limit down (`pace.ts`); past calls stay counted.
 */
export class Budget {
  readonly #windows: readonly RateWindow[]
  readonly #longestMs: number
  #ends: number[]
  #inFlight = 0

  /** `ends` are the ends of earlier calls. One after `now` counts as ended now. */
  constructor(windows: readonly RateWindow[], ends: readonly number[], now: number) {
    this.#windows = windows
    this.#longestMs = Math.max(...windows.map(window => window.periodMs))
    this.#ends = ends.map(end => Math.min(end, now)).sort((a, b) => a - b)
  }

  /** Returns the earliest moment at which every window has room, or `Infinity` while only an answer can make room. */
  earliest(share = 1): number {
    return Math.max(...this.#windows.map(window => this.#roomAt(window, share)))
  }

  /** Returns the window that has room last: the one to wait for. */
  tightest(share = 1): RateWindow | undefined {
    const at = this.earliest(share)
    return this.#windows.find(window => this.#roomAt(window, share) === at)
  }

  /** Takes a place for a call that is sent now. The caller must check `earliest` first. */
  send(): void {
    this.#inFlight += 1
  }

  /** Records that a call was answered, or failed. */
  end(now: number): void {
    this.#inFlight -= 1
    // If the clock was set back, keep the order; to count the call later than it ended is safe.
    this.#ends.push(Math.max(now, this.#ends.at(-1) ?? now))
    if (this.#ends.length > 1_024 && (this.#ends[512] ?? now) <= now - this.#longestMs) this.#forget(now)
  }

  /** Returns how many calls a window has left at `now`. */
  left({ limit, periodMs }: RateWindow, now: number, share = 1): number {
    return Math.max(0, scaled(limit, share) - this.#inFlight - countAfter(this.#ends, now - periodMs))
  }

  /**
   * Returns how many calls the tightest window has room for until `until`: what it has left, plus its limit for each whole
   * period until then. Ignores the latency of answers.
   */
  leftUntil(until: number, now: number, share = 1): number {
    const inWindow = (window: RateWindow) =>
      this.left(window, now, share) +
      Math.max(0, Math.floor((until - now) / window.periodMs)) * scaled(window.limit, share)
    return Math.min(...this.#windows.map(inWindow))
  }

  /** Returns the ends of the calls that still take a place in any window, oldest first. */
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

  #forget(now: number): void {
    const first = this.#ends.findIndex(end => end > now - this.#longestMs)
    this.#ends = first < 0 ? [] : this.#ends.slice(first)
  }
}
