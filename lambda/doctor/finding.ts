import { OutOfBudgetError } from '../pacing/gate.ts'
import {
  CredentialsError,
  ForeignHostError,
  RefusedError,
  UnexpectedAnswerError,
  UnreachableError,
} from '../sophos/errors.ts'

/**
 * What asking one API came to.
 *
 * - `works`
 * - `no_permission`: the role of the credential does not allow it (403, or 401 with a fresh token)
 * - `not_licensed`: the tenant lacks the licence that the API needs (403)
 * - `not_managed`: every API refuses this tenant (403): Partner Assistance is off, another partner manages it, a trial
 * - `forbidden`: 403, and nothing tells which of the three it is
 * - `wrong_address`: 404, or an API host that may not see the token
 * - `server_trouble`: 5xx
 * - `throttled`: 429 through every try
 * - `unreachable`: no answer: name not found, no connection, time-out
 * - `unknown_shape`: an answer, and not as documented: HTML, missing fields, unknown severities, another 4xx
 * - `stale`: counts without a detection for days where there were some before
 * - `moved`: counts of a tenant that was moved to Sophos Fusion: an answer without an error, and wrong
 * - `not_activated`: Sophos names no API host for the tenant, so nobody was asked
 * - `not_tried`: for want of time or of budget
 */
export const findings = [
  'works',
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

/** What a finding stands on. `at` is in milliseconds since the epoch. */
export type Evidence = {
  readonly finding: Finding
  readonly at: number
  /** The HTTP status, where there was an answer that was a refusal. */
  readonly status?: number
  /** Sophos' own words, or what was seen, in one line. */
  readonly message?: string
  /** What Sophos' support asks for. */
  readonly correlationId?: string
}

/** A host or an API of it had failed so often that it was not asked again; `cause` is the last failure. */
export class GivenUpError extends Error {
  override readonly name = 'GivenUpError'

  constructor(failures: number, cause: unknown) {
    super(`It had failed ${failures} times in a row for others, so it was not asked again.`, { cause })
  }
}

/** The secret could not be read, or holds no credentials; the message says which, and nothing of what it holds. */
export class SecretError extends Error {
  override readonly name = 'SecretError'
}

/**
 * What an error of one call means. A 403 is `forbidden` here: what it means shows only beside the other answers
 * (`tell-apart.ts`). An error that is none of Sophos' is a fault of this product, and thrown on.
 */
export function classify(error: unknown, at: number): Evidence {
  if (error instanceof CredentialsError) return { ...classify(error.cause, at), finding: 'no_permission' }
  if (error instanceof SecretError) return { finding: 'no_permission', at, message: error.message }
  if (error instanceof RefusedError) return { ...refusal(error), finding: ofStatus(error.status), at }
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

function ofStatus(status: number): Finding {
  if (status === 401) return 'no_permission'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'wrong_address'
  if (status === 429) return 'throttled'
  // Of what is left, 400 says that a documented question is not understood any more, and 3xx that an API moved.
  return status >= 500 ? 'server_trouble' : 'unknown_shape'
}
