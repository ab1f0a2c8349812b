import * as v from 'valibot'
import { parseBody } from '../answers.ts'
import type { SophosClient } from '../client.ts'
import { UnexpectedAnswerError } from '../errors.ts'

/** A question to Sophos Fusion: a document, its variables, and on whose behalf it is asked. */
export type FusionQuestion = {
  readonly headers: Readonly<Record<string, string>>
  readonly document: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** What an answer holds. A field that an error names is unknown, whatever `data` has for it. */
export type FusionAnswer = {
  readonly data: Readonly<Record<string, unknown>>
  /** Why a field of the answer is unknown, or undefined where no error names it. */
  trouble(field: string): string | undefined
}

const answerSchema = v.object({
  data: v.optional(v.nullable(v.record(v.string(), v.unknown()))),
  errors: v.optional(
    v.nullable(
      v.array(
        v.object({
          message: v.fallback(v.string(), 'an error without a message'),
          path: v.fallback(v.optional(v.array(v.union([v.string(), v.number()]))), undefined),
        }),
      ),
    ),
  ),
})

/**
 * Asks Sophos Fusion, `url` being its GraphQL endpoint. Besides what every call throws: UnexpectedAnswerError where the
 * whole answer is an error, though it came with 200.
 *
 * A 200 with `errors` is how Fusion tells that a resolver failed, with one code for everything from "record not found" to
 * "conn busy" (measured by others in September 2026), so the code decides nothing.
 */
export async function askFusion(
  client: SophosClient,
  url: string,
  { headers, document, variables }: FusionQuestion,
): Promise<FusionAnswer> {
  const body = await client.post({ host: url, path: '', headers }, { query: document, variables })
  return readFusionAnswer(body)
}

/** Reads a body that came with 200. Throws UnexpectedAnswerError. */
export function readFusionAnswer(body: unknown): FusionAnswer {
  const { data, errors } = parseBody(answerSchema, body, "Fusion's GraphQL answer")
  const [first] = errors ?? []
  // Only an error with a path is about one field; any other is about the whole.
  const whole = data ? errors?.find(({ path }) => path?.[0] === undefined) : first
  if (whole) throw new UnexpectedAnswerError(`Sophos Fusion answered with an error: ${quote(whole.message)}.`)
  if (!data) throw new UnexpectedAnswerError('Sophos Fusion answered without data and without an error.')
  return {
    data,
    trouble(field) {
      const error = errors?.find(({ path }) => path?.[0] === field)
      return error && `Sophos Fusion answered with an error: ${quote(error.message)}.`
    },
  }
}

/** Foreign text in a sentence: without its own full stop, and not too long. */
export const quote = (text: string): string => `"${text.slice(0, 200).replace(/\.$/, '')}"`
