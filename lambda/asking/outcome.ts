import { OutOfBudgetError } from '../pacing/gate.ts'
import {
  CredentialsError,
  ForeignHostError,
  RefusedError,
  UnexpectedAnswerError,
  UnreachableError,
} from '../sophos/errors.ts'
import type { Outcome } from '../tenants/tenant.ts'
import { OutOfOrderError } from './endpoint-down.ts'

/** After these two nobody else can be asked either: no room for calls, or credentials that do not hold. */
export const endsTheRun = (error: unknown): error is OutOfBudgetError | CredentialsError =>
  error instanceof OutOfBudgetError || error instanceof CredentialsError

export const noHost = 'Sophos names no API host for this tenant: it is not activated yet.'

/** Every outcome but `ok`. */
type Failure = Extract<Outcome, { reason: string }>

/**
 * What an error means for the tenant that was asked about. `at` is when the try ended (milliseconds since the epoch).
 * An error that is none of Sophos' is a fault of this product; it becomes a row too, since one tenant's trouble must
 * not end a run.
 */
export function outcomeOf(error: unknown, at: number): Failure {
  if (error instanceof RefusedError) return { at, ...refusal(error) }
  if (error instanceof UnreachableError) {
    return { at, status: 'failed', reason: `Sophos could not be reached: ${error.message}.` }
  }
  if (
    error instanceof UnexpectedAnswerError ||
    error instanceof ForeignHostError ||
    error instanceof OutOfOrderError
  ) {
    return { at, status: 'failed', reason: error.message }
  }
  return {
    at,
    status: 'failed',
    reason: `An error in this product: ${error instanceof Error ? error.message : String(error)}`,
  }
}

function refusal(error: RefusedError): Pick<Failure, 'status' | 'reason'> {
  switch (error.status) {
    case 403:
      return {
        status: 'forbidden',
        reason: `This credential may not see the detections: no XDR or MDR licence, partner assistance off, or a trial. ${said(error)}`,
      }
    case 404:
      return {
        status: 'not_found',
        reason: `Sophos has no detections for this tenant at its API host (404). ${said(error)}`,
      }
    case 429:
      return {
        status: 'throttled',
        reason: `The rate limit stayed reached through every try. ${said(error)}`,
      }
    default:
      return { status: 'failed', reason: `Sophos answered ${error.status}. ${said(error)}` }
  }
}

const said = ({ message, correlationId }: RefusedError): string =>
  `Sophos said: ${message}${correlationId ? ` (correlation id ${correlationId})` : ''}`

/**
 * What it means that the query API, asked instead of the counts, did not help. `why` is why that was needed. Of one that
 * answers 403 only there, the role may be the cause: counts need none but ReadOnly, while a third party's manual
 * (docs.d3security.com, sophos-central-v2) asks for Super Admin to start a query.
 */
export function queryOutcome(error: unknown, why: string, at: number): Failure {
  const { status, reason } = outcomeOf(error, at)
  const what =
    error instanceof RefusedError && error.status === 403
      ? `It refused this credential (403). Its role may be the cause: Service Principal ReadOnly may not be allowed to start queries. Or the tenant has no XDR or MDR licence. ${said(error)}`
      : reason
  return { at, status, reason: `${why} The query API was asked instead: ${what}` }
}

export const noRoomToQuery = (why: string, calls: number, waiting: number): string =>
  `${why} The query API could answer instead, but takes about ${calls} calls, for which the rate limits leave no room ` +
  (waiting > 0 ? `while ${waiting} more tenants wait.` : 'at the moment.')
