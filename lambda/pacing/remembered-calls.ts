/** Calls as the state keeps them: `[end, count]`, `end` in milliseconds since the epoch, oldest first. */
export type RememberedCalls = readonly (readonly [end: number, count: number])[]

const minuteMs = 60_000

/**
 * Packs the ends of calls so that a day of them stays small: exact to the millisecond for the last minute, counted by
 * the minute before that. An end is only ever moved later, up to its minute's end, so a window never looks emptier
 * than it is.
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
