import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EndpointDownError, noAnswerFrom } from '../../../lambda/asking/endpoint-down.ts'
import { shortReason } from '../../../lambda/asking/short-reason.ts'
import { RefusedError, UnexpectedAnswerError, UnreachableError } from '../../../lambda/sophos/errors.ts'

const since = Date.UTC(2026, 10, 22, 10, 5, 30)
const what = 'Region eu01 has given no counts'
const down = (askedAgainAt: number, why?: string) => new EndpointDownError(what, { since, askedAgainAt, why })

describe('what is said of an endpoint that is down', () => {
  it('gives the reason, since when, and from when on it is asked again', () => {
    expect(down(since + 900_000, 'answers 503').message).toBe(
      `${what} since 2026-11-22 10:05 UTC (it answers 503); it is asked again from 2026-11-22 10:20 UTC.`,
    )
  })

  it('never gives the same time twice, nor one before the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 200_000 }), laterMs => {
        const { message } = down(since + laterMs)
        const [first = '', second] = message.match(/\d{4}-\d\d-\d\d [\d:]+/g) ?? []
        expect(second === undefined || second > first).toBe(true)
        expect(second !== undefined || message.endsWith('it is asked again in the next run.')).toBe(true)
      }),
    )
  })

  it('says of a place whose ways are both down what each of them came to, and the same only once', () => {
    const message = (one: string, other: string) =>
      noAnswerFrom('Region eu01', down(since + 60_000, one), down(since + 120_000, other))
    expect(message('answers 503', 'answers 503')).toBe(
      'Region eu01 has given no figures since 2026-11-22 10:05 UTC (it answers 503); it is asked again from 2026-11-22 10:06 UTC.',
    )
    expect(message('answers 503', 'answers 500')).toContain('(it answers 503; it answers 500)')
  })
})

describe('the short reason', () => {
  it.each<[unknown, string]>([
    [new RefusedError(503, { text: 'Service Unavailable' }), 'answers 503'],
    [new UnreachableError('connect ECONNREFUSED 192.0.2.7:443'), 'refuses connections (ECONNREFUSED)'],
    [new UnreachableError('getaddrinfo ENOTFOUND api-eu01.example'), 'is not found by its name (ENOTFOUND)'],
    [new UnreachableError('no answer within 30 seconds'), 'cannot be reached: no answer within 30 seconds'],
    [
      new UnexpectedAnswerError('Sophos answered 200 with something that is not JSON.', { retryable: true }),
      'answers 200 with something that is not JSON',
    ],
    [new UnexpectedAnswerError('x'.repeat(500)), `fails: ${'x'.repeat(120)}…`],
  ])('of %s is "%s"', (error, reason) => {
    expect(shortReason(error)).toBe(reason)
  })
})
