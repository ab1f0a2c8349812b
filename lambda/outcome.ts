import type { Clock } from './clock.ts'
import { OutOfBudgetError } from './pacing/gate.ts'
import type { SophosClient } from './sophos/client.ts'
import { fetchCounts } from './sophos/counts.ts'
import {
  CredentialsError,
  ForeignHostError,
  RefusedError,
  UnexpectedAnswerError,
  UnreachableError,
} from './sophos/errors.ts'
import type { HostRule } from './sophos/hosts.ts'
import type { ListedTenant } from './sophos/tenants.ts'
import type { Outcome } from './tenant.ts'

/**
 * Asks for one tenant's counts. Whatever goes wrong is the tenant's outcome, except the two errors after which nobody
 * can be asked: OutOfBudgetError and CredentialsError.
 */
export function askForCounts(client: SophosClient, checkHost: HostRule, clock: Clock) {
  return async ({ id, apiHost }: ListedTenant): Promise<Outcome> => {
    if (!apiHost) return { at: clock.now(), status: 'inactive', reason: notActivated }
    try {
      const counts = await fetchCounts(client, checkHost(apiHost), id, clock.now)
      const at = clock.now()
      return { at, status: 'ok', counts: { ...counts, collectedAt: at, method: 'counts' } }
    } catch (error) {
      if (error instanceof OutOfBudgetError || error instanceof CredentialsError) throw error
      return outcomeOf(error, clock.now())
    }
  }
}

const notActivated = 'Sophos names no API host for this tenant: it is not activated yet.'

/**
 * What an error means for the tenant that was asked about. `at` is when the try ended (milliseconds since the epoch).
 * An error that is none of Sophos' is a fault of this product; it becomes a row too, since one tenant's trouble must
 * not end a run.
 */
export function outcomeOf(error: unknown, at: number): Outcome {
  if (error instanceof RefusedError) return { at, ...refusal(error) }
  if (error instanceof UnreachableError) {
    return { at, status: 'failed', reason: `Sophos could not be reached: ${error.message}.` }
  }
  if (error instanceof UnexpectedAnswerError || error instanceof ForeignHostError) {
    return { at, status: 'failed', reason: error.message }
  }
  return {
    at,
    status: 'failed',
    reason: `An error in this product: ${error instanceof Error ? error.message : String(error)}`,
  }
}

function refusal(error: RefusedError): {
  status: 'forbidden' | 'not_found' | 'throttled' | 'failed'
  reason: string
} {
  const said = `Sophos said: ${error.message}${error.correlationId ? ` (correlation id ${error.correlationId})` : ''}`
  switch (error.status) {
    case 403:
      return {
        status: 'forbidden',
        reason: `This credential may not see the detections: no XDR or MDR licence, partner assistance off, or a trial. ${said}`,
      }
    case 404:
      return {
        status: 'not_found',
        reason: `Sophos has no detections for this tenant at its API host (404). ${said}`,
      }
    case 429:
      return { status: 'throttled', reason: `The rate limit stayed reached through every try. ${said}` }
    default:
      return { status: 'failed', reason: `Sophos answered ${error.status}. ${said}` }
  }
}
