/** One limit on calls: at most `limit` calls in any `periodMs` milliseconds. `text` is as it was written in the setting. */
export type RateWindow = { readonly text: string; readonly limit: number; readonly periodMs: number }

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const dayMs = 86_400_000

/**
 * Reads windows such as `10/s 100/m 1000/h 200000/d`: `count/period`, separated by blanks. A period is a number (1 if left
 * out) and one of ms, s, m, h, d. Throws an error that says what is wrong with which window.
 */
export function parseRateWindows(text: string): RateWindow[] {
  const windows = text.trim().split(/\s+/).filter(Boolean).map(parseRateWindow)
  if (windows.length === 0) throw new Error(`there is no window; ${expected}`)
  return windows
}

/** Reads a duration such as `15m`, `90s` or `h` (one hour). Returns milliseconds. */
export function parseDuration(text: string): number {
  const ms = durationMs(text.trim())
  if (ms === undefined) {
    throw new Error(`"${text}" is not a duration; expected a number and one of ms, s, m, h, d, such as 15m`)
  }
  return ms
}

function durationMs(text: string): number | undefined {
  const [, count, unit] = /^(\d*)(ms|s|m|h|d)$/.exec(text) ?? []
  const ms = (unitMs[unit ?? ''] ?? 0) * (count === '' ? 1 : Number(count))
  return Number.isSafeInteger(ms) && ms > 0 ? ms : undefined
}

const expected = 'expected count/period separated by blanks, such as "10/s 100/m 1000/h 200000/d"'

function parseRateWindow(text: string): RateWindow {
  const [, count, period = ''] = /^(\d+)\/(.+)$/.exec(text) ?? []
  const limit = Number(count)
  const periodMs = durationMs(period)
  if (!Number.isSafeInteger(limit) || limit < 1 || periodMs === undefined) {
    throw new Error(`"${text}" is not a window; ${expected}`)
  }
  // From one run to the next, only the calls of the past day are kept.
  if (periodMs > dayMs) throw new Error(`"${text}" is longer than a day, the longest window allowed`)
  return { text, limit, periodMs }
}
