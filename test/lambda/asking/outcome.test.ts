import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../../../lambda/asking/outcome.ts'
import {
  ForeignHostError,
  RefusedError,
  UnexpectedAnswerError,
  UnreachableError,
} from '../../../lambda/sophos/errors.ts'

const refused = (status: number) => new RefusedError(status, { text: 'Forbidden', correlationId: 'c-1' })

describe('what an error means for a tenant', () => {
  it.each([
    [refused(403), 'forbidden', /no XDR or MDR licence.*Sophos said: Forbidden \(correlation id c-1\)/],
    [refused(404), 'not_found', /404/],
    [refused(429), 'throttled', /rate limit/],
    [refused(400), 'failed', /Sophos answered 400/],
    [refused(500), 'failed', /Sophos answered 500/],
    [
      new UnreachableError('no answer within 30 seconds'),
      'failed',
      /^Its API host cannot be reached: no answer within 30 seconds\.$/,
    ],
    [
      new UnreachableError('connect ECONNREFUSED 192.0.2.7:443'),
      'failed',
      /^Its API host refuses connections \(ECONNREFUSED\)\.$/,
    ],
    [new UnexpectedAnswerError('Odd shape.'), 'failed', /^Odd shape\.$/],
    [new ForeignHostError('Not there.'), 'failed', /^Not there\.$/],
    [new TypeError('x is not a function'), 'failed', /error in this product/],
  ])('%s is %s, with a reason', (error, status, reason) => {
    expect(outcomeOf(error, 7, 'detections')).toEqual({
      at: 7,
      ...(error instanceof RefusedError && { http: error.status }),
      status,
      reason: expect.stringMatching(reason),
    })
  })
})
