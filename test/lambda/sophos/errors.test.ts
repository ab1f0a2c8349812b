import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RefusedError } from '../../../lambda/sophos/errors.ts'
import { plainText } from '../../../lambda/text/plain.ts'

it('each field of an error is plain and short, whatever and however much the other side says', () => {
  const said = fc
    .tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(1, 10_000))
    .map(([text, times]) => `\u001b]0;\u202e${text}`.repeat(times))
  fc.assert(
    fc.property(said, said, said, (text, code, correlationId) => {
      const error = new RefusedError(403, { text, code, correlationId })
      for (const field of [error.message, error.code ?? '', error.correlationId ?? '']) {
        expect(field.length).toBeLessThanOrEqual(201)
        expect(field).toBe(plainText(field))
      }
    }),
    { numRuns: 20 },
  )
})
