import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  CredentialsError,
  RefusedError,
  UnexpectedAnswerError,
  UnreachableError,
} from '../../../lambda/sophos/errors.ts'
import { plainText } from '../../../lambda/text/plain.ts'

it('each field of an error is plain and short, whatever and however much the other side says', () => {
  const said = fc
    .tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(1, 10_000))
    .map(([text, times]) => `\u001b]0;\u202e${text}`.repeat(times))
  fc.assert(
    fc.property(said, said, said, (text, code, correlationId) => {
      const error = new RefusedError(403, { text, code, correlationId })
      const short = [error.message, error.code ?? '', error.correlationId ?? '']
      const sentences = [
        new CredentialsError(error),
        new UnexpectedAnswerError(`Sophos said ${text}`),
        new UnreachableError(text),
      ].map(({ message }) => message)
      for (const field of short) expect(field.length).toBeLessThanOrEqual(201)
      for (const field of [...short, ...sentences]) {
        expect(field.length).toBeLessThanOrEqual(601)
        expect(field).toBe(plainText(field, 601))
      }
    }),
    { numRuns: 20 },
  )
})
