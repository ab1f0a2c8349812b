import type { RateWindow } from './windows.ts'

/** Calls as they are stored: `[end, count]`, `end` in milliseconds since the epoch, oldest first. */
type RememberedCalls = readonly (readonly [end: number, count: number])[]

const minuteMs = 60_000

/**
 * Packs the ends of calls to keep a day of them small: exact to the millisecond for the last minute, and counted by the
 * minute before that. It only moves an end later, to the end of its minute, so no window looks emptier than it is.
 */
export function packCalls(ends: readonly number[], now: number): RememberedCalls {
  const counts = new Map<number, number>()
  for (const end of ends) {
    const at = end > now - minuteMs ? Math.ceil(end) : Math.ceil(end / minuteMs) * minuteMs
    counts.set(at, (counts.get(at) ?? 0) + 1)
  }
  return [...counts].sort(([a], [b]) => a - b)
}

export function unpackCalls(calls: RememberedCalls): number[] {
  return calls.flatMap(([end, count]) => new Array<number>(count).fill(end))
}

/**
 * Returns the ends of the most calls that fit between `from` and `to` (ms) without exceeding a window, each as late as
 * possible. They stand in for the calls of a run that was killed before it saved them.
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
    if (at <= from) return latestFirst.reverse()
    latestFirst.push(at)
  }
}
