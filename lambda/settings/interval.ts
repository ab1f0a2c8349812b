import { parseDuration } from '../pacing/windows.ts'

/**
 * The longest time between two runs, in ms: a day. Figures of the last 24 hours would have gaps with a longer one, and
 * timers cannot wait longer than 24 days.
 */
export const longestIntervalMs = 86_400_000

/** Reads REFRESH_INTERVAL, such as `15m`. Returns milliseconds. Throws for no duration, and for more than a day. */
export function parseInterval(text: string): number {
  const ms = parseDuration(text)
  if (ms <= longestIntervalMs) return ms
  throw new Error(`"${text}" is longer than 24h, the longest time allowed between two runs`)
}
