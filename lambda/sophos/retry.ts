import { RefusedError, UnexpectedAnswerError, UnreachableError } from './errors.ts'

/**
 * Exponential backoff with full jitter, as Sophos recommends: a random time up to `base * 2 ** attempt`, capped.
 * Source: developer.sophos.com/intro#retrying-on-error.
 */
export const backoffMs = (attempt: number, random: number): number =>
  random * Math.min(backoffCapMs, backoffBaseMs * 2 ** attempt)

const backoffBaseMs = 1_000
const backoffCapMs = 60_000

/**
 * Reads `Retry-After`, in seconds or as an HTTP date. Returns milliseconds, or undefined if it is missing or not readable.
 * Capped at an hour, so that a wrong date does not stop the product.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? ''
  const isSeconds = /^\d+(\.\d+)?$/.test(text)
  // Date.parse reads "-5" as a year; an HTTP date begins with the name of its day.
  const isDate = /^[a-z]{3}/i.test(text)
  const ms = isSeconds ? Number(text) * 1_000 : isDate ? Date.parse(text) - now : Number.NaN
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), retryAfterCapMs) : undefined
}

const retryAfterCapMs = 3_600_000

/** How often a call is tried. After a 429 it gets more tries, since the call itself may be fine. */
const usualTries = 4
const triesWhenThrottled = 8

/** Whether a retry may help after `tries` of `mostTries`: the rate limit was reached, or the trouble may pass. */
export function mayRetry(error: unknown, tries: number, mostTries = usualTries): boolean {
  if (isThrottled(error)) return tries < triesWhenThrottled
  return isPassing(error) && tries < mostTries
}

export const isThrottled = (error: unknown): boolean => error instanceof RefusedError && error.status === 429

/** Whether the trouble may pass: 500, 502, 503, 504, no answer, or one that is cut short. */
export function isPassing(error: unknown): boolean {
  if (error instanceof RefusedError) return [500, 502, 503, 504].includes(error.status)
  if (error instanceof UnexpectedAnswerError) return error.retryable
  return error instanceof UnreachableError
}
