import type { RateWindow } from './windows.ts'

/**
 * The ends of as many calls as anybody can have made between `from` and `to` (ms) without exceeding a window, each as
 * late as it can have been. It stands in for calls that nobody wrote down, because the run that made them was killed.
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
