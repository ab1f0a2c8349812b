import type { RateWindow } from './windows.ts'

/** Calls as they are stored: `[end, count]`, `end` in milliseconds since the epoch, oldest first. */
type RememberedCalls = readonly (readonly [end: number, count: number])[]

const minuteMs = 60_000
const dayMs = 86_400_000
const hourMs = 60 * minuteMs

/**
 * To how many milliseconds an end of this age is kept. By the minute, an hour's window would be 61 minutes long, and one
 * call in 60 be lost; so calls that such a window still holds are kept to two seconds.
 */
const precisionMs = (age: number): number =>
  age < minuteMs ? 1 : age <= hourMs + minuteMs ? 2_000 : minuteMs

/**
 * Packs the ends of calls to keep a day of them small: the older, the coarser. It only moves an end later, so no window
 * looks emptier than it is.
 */
export function packCalls(ends: readonly number[], now: number): RememberedCalls {
  const counts = new Map<number, number>()
  for (const end of ends) {
    const step = precisionMs(now - end)
    const at = Math.ceil(end / step) * step
    counts.set(at, (counts.get(at) ?? 0) + 1)
  }
  return [...counts].sort(([a], [b]) => a - b)
}

/**
 * More calls than Sophos allows in a day (200,000) and this product makes in one. A book that holds more is damaged, and
 * would not fit into memory.
 */
const mostRemembered = 250_000

/**
 * Returns the ends of the calls of the past day. Ends in the future, from a clock that was wrong, count as now. Returns
 * undefined where there are more calls than can have been made.
 */
export function unpackCalls(calls: RememberedCalls, now: number): number[] | undefined {
  const ofDay = calls.filter(([end]) => end > now - dayMs)
  if (ofDay.reduce((sum, [, count]) => sum + count, 0) > mostRemembered) return undefined
  return ofDay.flatMap(([end, count]) => new Array<number>(count).fill(Math.min(end, now)))
}

/**
 * Returns the ends of the most calls that fit between `from` and `to` (ms) without exceeding a window, each as late as
 * possible. They stand in for the calls of a run that was killed before it saved them, and are as many as a day's at most.
 */
export function mostCalls(windows: readonly RateWindow[], from: number, to: number): number[] {
  const latestFirst: number[] = []
  for (;;) {
    const count = latestFirst.length
    const at = Math.min(
      to,
      ...windows.map(
        ({ limit, periodMs }) => (latestFirst[count - limit] ?? Number.POSITIVE_INFINITY) - periodMs,
      ),
    )
    if (at <= from || count >= mostRemembered) return latestFirst.reverse()
    latestFirst.push(at)
  }
}
