import type { RateWindow } from '../../lambda/pacing/windows.ts'

/**
 * Returns the earliest time, in ms after the first call, for the last of `calls` calls without exceeding a window, on a
 * network without delay: the physical limit.
 */
export function leastTime(calls: number, windows: readonly RateWindow[]): number {
  const sent: number[] = []
  for (let i = 0; i < calls; i++) {
    sent.push(
      Math.max(
        sent.at(-1) ?? 0,
        ...windows.map(({ limit, periodMs }) => (sent[i - limit] ?? -periodMs) + periodMs),
      ),
    )
  }
  return sent.at(-1) ?? 0
}
