import type { RateWindow } from '../../lambda/pacing/windows.ts'

/**
 * The moment, in ms after the first, at which the last of `calls` calls can be sent at the earliest without exceeding a
 * window, on a network that takes no time: the physical limit.
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
