/**
 * Returns how long the server asks us to wait, in ms, from its Retry-After: in seconds or as a date (RFC 9110, 10.2.3).
 * `now` is the browser's clock.
 */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (!value) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const until = Date.parse(value)
  if (Number.isNaN(until)) return undefined
  // By the server's own clock if it sends one: the browser's may be wrong by hours.
  const date = Date.parse(headers.get('date') ?? '')
  return Math.max(0, until - (Number.isNaN(date) ? now : date))
}
