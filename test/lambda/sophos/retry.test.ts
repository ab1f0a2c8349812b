import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RefusedError, UnexpectedAnswerError, UnreachableError } from '../../../lambda/sophos/errors.ts'
import { backoffMs, mayRetry, retryAfterMs } from '../../../lambda/sophos/retry.ts'

const now = Date.UTC(2026, 10, 22, 10)

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 1.5 ', 1_500],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['Sun, 22 Nov 2099 10:00:00 GMT', 3_600_000],
    ['999999999', 3_600_000],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is a wait of %s ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms)
  })
})

describe('backoff', () => {
  it('is anywhere between nothing and a bound that doubles, up to a minute', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          expect(backoffMs(attempt, random)).toBeCloseTo(random * Math.min(60_000, 1_000 * 2 ** attempt), 6)
        },
      ),
    )
  })
})

describe('a retry', () => {
  const refused = (status: number) => new RefusedError(status, { text: 'no' })

  it.each([
    [refused(500), [true, true, true, false]],
    [refused(502), [true, true, true, false]],
    [refused(503), [true, true, true, false]],
    [refused(504), [true, true, true, false]],
    [new UnreachableError('reset'), [true, true, true, false]],
    [new UnexpectedAnswerError('HTML', { retryable: true }), [true, true, true, false]],
    [new UnexpectedAnswerError('another shape'), [false]],
    [refused(400), [false]],
    [refused(401), [false]],
    [refused(403), [false]],
    [refused(404), [false]],
    [new Error('ours'), [false]],
  ])('after %s is made as often as it may help', (error, expected) => {
    expect(expected.map((_, i) => mayRetry(error, i + 1))).toEqual(expected)
  })

  it('after 429 is made up to eight times', () => {
    expect([1, 7, 8].map(tries => mayRetry(refused(429), tries))).toEqual([true, true, false])
  })
})
