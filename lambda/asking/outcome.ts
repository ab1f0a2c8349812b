import { OutOfBudgetError } from '../pacing/gate.ts'
import {
  CredentialsError,
  ForeignHostError,
  RefusedError,
  UnexpectedAnswerError,
  UnreachableError,
} from '../sophos/errors.ts'
import { isUsableId, usableId } from '../sophos/ids.ts'
import type { ListedTenant } from '../sophos/tenants.ts'
import type { FailedCall, Status } from '../tenants/tenant.ts'
import { EndpointDownError } from './endpoint-down.ts'
import { shortReason } from './short-reason.ts'

/** After these two no other tenant can be asked either: no room for calls, or credentials that do not hold. */
export const endsTheRun = (error: unknown): error is OutOfBudgetError | CredentialsError =>
  error instanceof OutOfBudgetError || error instanceof CredentialsError

/** Says why a tenant cannot be asked for anything, whatever the dataset; undefined if it can. */
export function whyNotAsked({
  id,
  apiHost,
}: Pick<ListedTenant, 'id' | 'apiHost'>): Pick<Failure, 'status' | 'reason'> | undefined {
  if (!isUsableId(id)) return { status: 'failed', reason: noId }
  return apiHost ? undefined : { status: 'inactive', reason: noHost }
}

const noId = `Sophos lists this tenant without an id that can be sent: ${usableId}. So it is not asked.`
const noHost = 'Sophos names no API host for this tenant: it is not activated yet.'

/**
 * A try that brought no figures. `at` is when it ended (milliseconds since the epoch), or undefined where no call was made;
 * `reason` is a sentence for people.
 */
export type Failure = {
  readonly at: number | undefined
  readonly status: Exclude<Status, 'ok' | 'pending'>
  readonly reason: string
} & FailedCall

/**
 * What an error means for the tenant that was asked for its `what` ("detections"). An error that is none of Sophos' is a
 * fault of this product; it becomes a row too, since one tenant's trouble must not end a run.
 */
export function outcomeOf(error: unknown, at: number, what: string): Failure {
  if (error instanceof RefusedError) return { at, http: error.status, ...refusal(error, what) }
  if (error instanceof UnreachableError) {
    return { at, status: 'failed', reason: `Its API host ${shortReason(error)}.` }
  }
  if (error instanceof EndpointDownError) return { at: undefined, status: 'failed', reason: error.message }
  if (error instanceof UnexpectedAnswerError || error instanceof ForeignHostError) {
    return { at, status: 'failed', reason: error.message }
  }
  return {
    at,
    status: 'failed',
    reason: `An error in this product: ${error instanceof Error ? error.message : String(error)}`,
  }
}

function refusal(error: RefusedError, what: string): Pick<Failure, 'status' | 'reason'> {
  const message = sophosMessage(error)
  switch (error.status) {
    case 403:
      return {
        status: 'forbidden',
        reason:
          `This credential may not see the ${what}: no XDR or MDR licence, partner assistance off, or a trial. ${message}`.trim(),
      }
    case 404:
      return {
        status: 'not_found',
        reason: `Sophos has no ${what} for this tenant at its API host (404). ${message}`.trim(),
      }
    case 429:
      return {
        status: 'throttled',
        reason: `The rate limit stayed reached through every try. ${message}`.trim(),
      }
    default:
      return { status: 'failed', reason: `Sophos answered ${error.status}. ${message}`.trim() }
  }
}

/** Sophos' own words, and the id that its support asks for; empty where it gave neither. */
export function sophosMessage({ status, message, correlationId }: RefusedError): string {
  const id = correlationId ? ` (correlation id ${correlationId})` : ''
  return message === `HTTP ${status}` && !id ? '' : `Sophos said: ${message.replace(/\.$/, '')}${id}.`
}
