import { RefusedError, UnexpectedAnswerError, UnreachableError } from './errors.ts'

/**
 * Exponential backoff with full jitter, as Sophos advises: a random time between 0 and `base * 2 ** attempt`, capped.
 * Source: developer.sophos.com/intro#retrying-on-error.
 */
export const backoffMs = (attempt: number, random: number): number =>
  random * Math.min(backoffCapMs, backoffBaseMs * 2 ** attempt)

const backoffBaseMs = 1_000
const backoffCapMs = 60_000

/**
 * How long the server asks to be left alone, in milliseconds: `Retry-After` in seconds or as an HTTP date. Undefined
 * where it says nothing that can be read. Capped at an hour, since a wrong date must not silence the product.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? ''
  const isSeconds = /^\d+(\.\d+)?$/.test(text)
  // Date.parse takes "-5" for a year; an HTTP date names its day and month.
  const isDate = /^[a-z]{3}/i.test(text)
  const ms = isSeconds ? Number(text) * 1_000 : isDate ? Date.parse(text) - now : Number.NaN
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), retryAfterCapMs) : undefined
}

const retryAfterCapMs = 3_600_000

/** How often one call is tried. A 429 says nothing about the call itself, so it is given more tries. */
export const usualTries = 4
const triesWhenThrottled = 8

/** Whether asking again may help after `tries` of at most `mostTries`: the limit is reached, or the trouble may pass. */
export function mayRetry(error: unknown, tries: number, mostTries = usualTries): boolean {
  if (isThrottled(error)) return tries < triesWhenThrottled
  return isPassing(error) && tries < mostTries
}

export const isThrottled = (error: unknown): boolean => error instanceof RefusedError && error.status === 429

/** The server's trouble, not the question's: 500, 502, 503, 504, a broken connection or an answer cut short. */
export function isPassing(error: unknown): boolean {
  if (error instanceof RefusedError) return [500, 502, 503, 504].includes(error.status)
  if (error instanceof UnexpectedAnswerError) return error.retryable
  return error instanceof UnreachableError
}
