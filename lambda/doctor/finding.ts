import { OutOfBudgetError } from '../pacing/gate.ts'
import { SecretError } from '../secret.ts'
import {
  CredentialsError,
  ForeignHostError,
  RefusedError,
  UnexpectedAnswerError,
  UnreachableError,
} from '../sophos/errors.ts'
import type { ApiId } from './catalogue.ts'

/**
 * How asking one API ended.
 *
 * - `works`
 * - `no_secret`: AWS did not hand over the secret with the credential, or it holds none; Sophos was not asked
 * - `no_permission`: the role of the credential does not allow it (403, or 401 with a fresh token)
 * - `not_licensed`: the tenant lacks the licence for the API (403)
 * - `not_managed`: every API refuses this tenant (403): Partner Assistance is off, another partner manages it, a trial
 * - `forbidden`: 403, and it is not clear which of these three it is
 * - `wrong_address`: 404, or an API host that must not get the token
 * - `server_trouble`: 5xx
 * - `throttled`: 429 on every try
 * - `unreachable`: no answer: name not found, no connection, timeout
 * - `unknown_shape`: an answer that is not as documented: HTML, missing fields, unknown severities, another 4xx
 * - `stale`: counts without a detection for days, after days with some
 * - `moved`: counts of a tenant that moved to Sophos Fusion: they come without an error and are wrong
 * - `not_activated`: Sophos names no API host for the tenant, so there is nowhere to ask
 * - `not_tried`: no time or no calls left
 */
export const findings = [
  'works',
  'no_secret',
  'no_permission',
  'not_licensed',
  'not_managed',
  'forbidden',
  'wrong_address',
  'server_trouble',
  'throttled',
  'unreachable',
  'unknown_shape',
  'stale',
  'moved',
  'not_activated',
  'not_tried',
] as const
export type Finding = (typeof findings)[number]

/** What a finding is based on. `at` is in milliseconds since the epoch. */
export type Evidence = {
  readonly finding: Finding
  readonly at: number
  /** The HTTP status of a refusal. */
  readonly status?: number
  /** Sophos' own words, or what was observed, in one line. */
  readonly message?: string
  /** Sophos support asks for it. */
  readonly correlationId?: string
  /** What to do, where the error itself says it better than `remedy-text.ts` could. */
  readonly remedy?: string
}

/** The answers for one tenant, or for the credential, by API. */
export type Answers = ReadonlyMap<ApiId, Evidence>

/** A host, or one API at it, failed so often that it was not called again. `cause` is the last failure. */
export class GivenUpError extends Error {
  override readonly name = 'GivenUpError'

  constructor(failures: number, cause: unknown) {
    super(`It failed ${failures} times in a row for other tenants, so it was not called again.`, { cause })
  }
}

/**
 * Turns the error of one call into a finding. A 403 is `forbidden` here; what it means depends on the other answers
 * (`explain-refusals.ts`). Rethrows an error that does not come from asking Sophos: that is a bug in this product.
 */
export function classify(error: unknown, at: number): Evidence {
  if (error instanceof CredentialsError) return { ...classify(error.cause, at), finding: 'no_permission' }
  if (error instanceof SecretError)
    return { finding: 'no_secret', at, message: error.what, remedy: error.remedy }
  if (error instanceof RefusedError) return { ...refusal(error), finding: findingOfStatus(error.status), at }
  if (error instanceof UnreachableError) return { finding: 'unreachable', at, message: error.message }
  if (error instanceof UnexpectedAnswerError) return { finding: 'unknown_shape', at, message: error.message }
  if (error instanceof ForeignHostError) return { finding: 'wrong_address', at, message: error.message }
  if (error instanceof GivenUpError) {
    const { finding, message = finding } = classify(error.cause, at)
    return { finding, at, message: `${message} ${error.message}` }
  }
  if (error instanceof OutOfBudgetError) return { finding: 'not_tried', at, message: error.message }
  throw error
}

const refusal = ({ status, message, code, correlationId }: RefusedError) => ({
  status,
  message: code && code.toLowerCase() !== message.toLowerCase() ? `${message} (${code})` : message,
  ...(correlationId && { correlationId }),
})

function findingOfStatus(status: number): Finding {
  if (status === 401) return 'no_permission'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'wrong_address'
  if (status === 429) return 'throttled'
  // A 400 means that Sophos no longer accepts a documented request, a 3xx that an API moved.
  return status >= 500 ? 'server_trouble' : 'unknown_shape'
}
