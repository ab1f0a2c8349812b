import * as v from 'valibot'
import { parseJson } from '../schemas.ts'
import { RefusedError, UnexpectedAnswerError } from './errors.ts'
import { describeIssue } from './issue-words.ts'
import type { HttpAnswer } from './transport.ts'

/**
 * Returns the JSON of a successful answer, or throws RefusedError or UnexpectedAnswerError. Gateways sometimes answer HTML,
 * so the body of an error may be anything (github.com/sophos/Sophos-Central-SIEM-Integration, issue 31).
 *
 * Whatever the other side says passes here, and may repeat what was sent to it: `hide` takes out the secrets before
 * anything is read. `isToken` keeps them in a successful answer, which is the next secret itself.
 */
export function readAnswer(
  { status, text }: HttpAnswer,
  hide: (text: string) => string,
  { isToken = false } = {},
): unknown {
  const isGood = status >= 200 && status <= 299
  const body = parseJson(isGood && isToken ? text : hide(text))
  if (!isGood) throw refusal(status, body)
  if (body === undefined) {
    throw new UnexpectedAnswerError(`Sophos answered ${status} with something that is not JSON.`, {
      retryable: true,
    })
  }
  return body
}

/** Parses a body by its schema. Throws UnexpectedAnswerError, which names the first field that is not as documented. */
export function parseBody<const S extends v.GenericSchema>(
  schema: S,
  body: unknown,
  what: string,
): v.InferOutput<S> {
  const result = v.safeParse(schema, body, { abortEarly: true })
  if (result.success) return result.output
  const [issue] = result.issues
  const are = /(counts|results)$/.test(what) ? 'are' : 'is'
  throw new UnexpectedAnswerError(
    `Sophos' ${what} ${are} not as documented: ${v.getDotPath(issue) ?? 'the whole answer'} ${describeIssue(issue)}.`,
  )
}

/** Real errors lack some of the documented fields, so all are optional: message, else error, else the status. */
const errorSchema = v.object({
  error: v.fallback(v.optional(v.string()), undefined),
  // From the token endpoint, such as "oauth.invalid_client_secret".
  errorCode: v.fallback(v.optional(v.string()), undefined),
  message: v.fallback(v.optional(v.string()), undefined),
  correlationId: v.fallback(v.optional(v.string()), undefined),
  // From GraphQL, if a document does not fit the schema.
  errors: v.fallback(v.optional(v.array(v.object({ message: v.string() }))), undefined),
})

function refusal(status: number, body: unknown): RefusedError {
  const parsed = v.safeParse(errorSchema, body)
  const given: v.InferOutput<typeof errorSchema> = parsed.success ? parsed.output : {}
  return new RefusedError(status, {
    text: given.message || given.error || given.errors?.[0]?.message || `HTTP ${status}`,
    code: given.errorCode ?? given.error,
    correlationId: given.correlationId,
  })
}
