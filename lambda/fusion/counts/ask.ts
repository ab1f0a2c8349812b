import type { Endpoints } from '../../asking/endpoints.ts'
import { endsTheRun, type Failure, outcomeOf } from '../../asking/outcome.ts'
import type { Clock } from '../../clock.ts'
import type { SophosClient } from '../../sophos/client.ts'
import { fetchFusionCounts } from '../../sophos/fusion/counts.ts'
import type { CollectedCounts, Outcome } from '../../tenants/tenant.ts'
import { fusionEndpoint, fusionPlace } from '../endpoint.ts'
import { countsFromFusion } from './hours.ts'

/** What Sophos Fusion answered about a tenant. Its hours also need the tenant's counts `before`. */
export type FusionAnswer =
  | Failure
  | { readonly status: 'ok'; readonly outcome: (before: CollectedCounts | undefined) => Outcome }

/**
 * Makes a function that asks Sophos Fusion for the counts of a moved tenant, in one request. It throws OutOfBudgetError and
 * CredentialsError; all else that goes wrong is its answer.
 */
export function createFusionAsker(options: {
  client: SophosClient
  url: string
  endpoints: Endpoints
  clock: Clock
}): (tenantId: string) => Promise<FusionAnswer> {
  const { url, clock } = options
  const client = options.client.guardedBy(options.endpoints.guard(url, fusionEndpoint, fusionPlace))
  return async tenantId => {
    try {
      const askedAt = clock.now()
      const figures = await fetchFusionCounts(client, url, tenantId, askedAt)
      const at = clock.now()
      return {
        status: 'ok',
        outcome(before) {
          const counts = countsFromFusion(figures, { askedAt, answeredAt: at }, before)
          return {
            at,
            status: 'ok',
            counts: { ...counts, collectedAt: at, answeredAt: at, method: 'fusion' },
          }
        },
      }
    } catch (error) {
      if (endsTheRun(error)) throw error
      const { reason, ...outcome } = outcomeOf(error, clock.now(), 'detections')
      return { ...outcome, reason: reason.includes('Fusion') ? reason : `In Sophos Fusion: ${reason}` }
    }
  }
}
