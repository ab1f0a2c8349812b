import { type Failure, outcomeOf, sophosMessage } from '../../asking/outcome.ts'
import { RefusedError } from '../../sophos/errors.ts'

/**
 * What it means that the query API, asked instead of the counts, did not help. `why` is the reason for asking it. Where it
 * alone answers 403, the role may be the cause: counts need none but ReadOnly, while a third party's manual
 * (docs.d3security.com, sophos-central-v2) asks for Super Admin to start a query.
 */
export function queryOutcome(error: unknown, why: string, at: number): Failure {
  const failure = outcomeOf(error, at, 'detections')
  const what =
    error instanceof RefusedError && error.status === 403
      ? `It refused this credential (403). Its role may be the cause: Service Principal ReadOnly may not be allowed to start queries. Or the tenant has no XDR or MDR licence. ${sophosMessage(error)}`.trim()
      : failure.reason
  return { ...failure, reason: `${why} The query API was asked instead: ${what}` }
}

export const noRoomToQuery = (why: string, calls: number, waiting: number): string =>
  `${why} The query API could answer instead, but takes about ${calls} calls, for which the rate limits leave no room ` +
  (waiting > 0 ? `while ${waiting} more tenants wait.` : 'at the moment.')
