import * as v from 'valibot'
import { parseBody } from '../answers.ts'
import type { SophosClient } from '../client.ts'
import { UnexpectedAnswerError } from '../errors.ts'

/** One GraphQL request to Sophos Fusion. `headers` name the tenant. */
type FusionRequest = {
  readonly headers: Readonly<Record<string, string>>
  readonly document: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** An answer. A field that an error names is unknown, whatever `data` has for it. */
export type FusionAnswer = {
  readonly data: Readonly<Record<string, unknown>>
  /** Returns why a field of the answer is unknown, or undefined if no error names it. */
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
 * Asks Sophos Fusion at its GraphQL endpoint `url`. Throws what every call throws, and UnexpectedAnswerError if the whole
 * answer is an error, even with status 200.
 *
 * If a resolver fails, Fusion answers 200 with `errors`, and with one code for everything from "record not found" to "conn
 * busy" (measured by others in September 2026), so the code is not used.
 */
export async function askFusion(
  client: SophosClient,
  url: string,
  { headers, document, variables }: FusionRequest,
): Promise<FusionAnswer> {
  const body = await client.post({ host: url, path: '', headers }, { query: document, variables })
  return readFusionAnswer(body)
}

/** Reads the body of a 200. Throws UnexpectedAnswerError. */
export function readFusionAnswer(body: unknown): FusionAnswer {
  const { data, errors } = parseBody(answerSchema, body, "Fusion's GraphQL answer")
  const [first] = errors ?? []
  // An error with a path is about one field, any other about the whole answer.
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

/** Quotes foreign text in a sentence: at most 200 characters, without a full stop at the end. */
export const quote = (text: string): string => `"${text.slice(0, 200).replace(/\.$/, '')}"`
