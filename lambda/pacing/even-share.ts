import { longestRunMs, longestWaitMs, planDeadlines } from './deadlines.ts'
import type { RateWindow } from './windows.ts'

/** How many runs have calls in a window at the same time, if each makes its calls when it starts. */
const runsIn = ({ periodMs }: RateWindow, intervalMs: number): number =>
  Math.max(1, Math.ceil(periodMs / intervalMs))

/**
 * How many calls a run may make so that every later run can make as many: an even share of each window that is longer than
 * the interval between two runs. Otherwise one run would spend an hour's calls in ten minutes, and the next three none.
 * Where earlier runs spent more than their share, this run leaves it to come back. No call is lost by that: a window gives
 * as many in the long run however they are spread. `ends` are the ends of the calls so far, in order. Infinity where no
 * window is that long. Times in ms.
 */
export function evenShare(
  windows: readonly RateWindow[],
  ends: readonly number[],
  now: number,
  intervalMs: number,
): number {
  const shares = windows
    .filter(({ periodMs }) => periodMs > intervalMs)
    .map(window => {
      const runs = runsIn(window, intervalMs)
      const eachRun = window.limit / runs
      const usedAt = (moment: number) => countAfter(ends, moment - window.periodMs)
      // Before the n-th next start, this run and n others have had their calls.
      const after = Array.from(
        { length: runs },
        (_, n) => window.limit - usedAt(now + (n + 1) * intervalMs) - n * eachRun,
      )
      return Math.max(0, Math.floor(Math.min(...after)))
    })
  return Math.min(Number.POSITIVE_INFINITY, ...shares)
}

/** How many of `times`, which are in order, are later than `moment`. */
export function countAfter(times: readonly number[], moment: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? moment) > moment) high = middle
    else low = middle + 1
  }
  return times.length - low
}

/** How many calls one run after the other can make in a window, if all of them have something to ask. */
export function callsEachRun(window: RateWindow, intervalMs: number): number {
  const { limit, periodMs } = window
  if (periodMs > intervalMs) return limit / runsIn(window, intervalMs)
  // For a longer wait than this, the run ends instead.
  if (periodMs > longestWaitMs) return limit
  const { lastCallAt: askingMs } = planDeadlines(0, longestRunMs(intervalMs))
  return limit * (1 + Math.floor(askingMs / periodMs))
}

/** The time in ms that the slowest window leaves for each call, over many runs. */
export const msEachCall = (windows: readonly RateWindow[], intervalMs: number): number =>
  Math.max(...windows.map(window => intervalMs / callsEachRun(window, intervalMs)))
