import type { Guards } from '../../asking/endpoints.ts'
import { endsTheRun, outcomeOf } from '../../asking/outcome.ts'
import type { Clock } from '../../clock.ts'
import type { SophosClient } from '../../sophos/client.ts'
import { fetchFusionCounts } from '../../sophos/fusion/counts.ts'
import type { FusionFigures } from '../../sophos/fusion/windows.ts'
import type { CollectedCounts, Outcome } from '../../tenants/tenant.ts'
import { countsFromFusion } from './hours.ts'

/** The times of a request and of its answer, milliseconds since the epoch. */
export type Moments = { readonly askedAt: number; readonly answeredAt: number }

/** An answer of Sophos Fusion as a tenant's outcome; `before` are the tenant's last good counts. */
export function fusionOutcome(
  figures: FusionFigures,
  moments: Moments,
  before: CollectedCounts | undefined,
): Outcome {
  const at = moments.answeredAt
  const counts = countsFromFusion(figures, moments, before)
  return { at, status: 'ok', counts: { ...counts, collectedAt: at, method: 'fusion' } }
}

/** Asks Sophos Fusion for the counts of tenants that moved there, one request each. */
export function createFusionAsker(options: {
  client: SophosClient
  url: string
  guards: Guards
  clock: Clock
  countsOf: (id: string) => CollectedCounts | undefined
}): (tenant: { readonly id: string }) => Promise<Outcome> {
  const { url, clock } = options
  const client = options.client.guardedBy(options.guards.of(url, 'fusion', 'Sophos Fusion'))
  return async ({ id }) => {
    try {
      const askedAt = clock.now()
      const figures = await fetchFusionCounts(client, url, id, askedAt)
      return fusionOutcome(figures, { askedAt, answeredAt: clock.now() }, options.countsOf(id))
    } catch (error) {
      if (endsTheRun(error)) throw error
      const { reason, ...outcome } = outcomeOf(error, clock.now())
      return { ...outcome, reason: reason.includes('Fusion') ? reason : `In Sophos Fusion: ${reason}` }
    }
  }
}
