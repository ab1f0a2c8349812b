import type { Means, Postponed } from '../../asking/dataset.ts'
import { EndpointDownError, noAnswerFrom } from '../../asking/endpoint-down.ts'
import { endsTheRun, outcomeOf, whyNotAsked } from '../../asking/outcome.ts'
import { fetchCounts } from '../../sophos/counts.ts'
import { type Counts, timeOf } from '../../sophos/detections.ts'
import { UnexpectedAnswerError } from '../../sophos/errors.ts'
import type { HostRule } from '../../sophos/hosts.ts'
import { fetchByQuery, usualQueryCalls } from '../../sophos/query.ts'
import { isPassing } from '../../sophos/retry.ts'
import type { ListedTenant } from '../../sophos/tenants.ts'
import type { CollectedCounts, Outcome } from '../../tenants/tenant.ts'
import { countsEndpoint, queryEndpoint } from './endpoints.ts'
import { noRoomToQuery, queryOutcome } from './query-outcome.ts'

/** Asks one tenant after the other for its counts; a `Dataset`'s asker, with outcomes instead of answers. */
export type CountsAsker = {
  ask(tenant: ListedTenant): Promise<Outcome>
  takePostponed(): Postponed[]
}

/**
 * Counts are asked for first. Where that endpoint is down (5xx, no answer, or known to be down), or its answer is not to be
 * believed, the query API answers instead, at several times the calls: only as long as the budget then still has a call for
 * every tenant that waits.
 */
export function createAsker(
  options: Omit<Means, 'settings' | 'tenants'> & {
    readonly checkHost: HostRule
    /** The tenants that are asked. */
    readonly tenants: readonly ListedTenant[]
  },
): CountsAsker {
  const { client, checkHost, endpoints, clock, deadline, room } = options
  const waitingAt = new Map<string, number>()
  let queries = 0
  let postponed: { readonly tenant: ListedTenant; readonly host: string }[] = []

  const addWaiting = (host: string, count: number) =>
    waitingAt.set(host, Math.max(0, (waitingAt.get(host) ?? 0) + count))
  for (const tenant of options.tenants) {
    const { apiHost = '' } = tenant
    if (!whyNotAsked(tenant) && isAllowed(checkHost, apiHost)) addWaiting(checkHost(apiHost), 1)
  }

  /** How many tenants wait for the one call that will do. Where the counts are down it would be of no use. */
  const waiting = (): number => {
    const up = [...waitingAt].filter(([host]) => !endpoints.isDown(host, countsEndpoint))
    return up.reduce((sum, [, count]) => sum + count, 0)
  }
  const affords = (calls: number): boolean => room() >= waiting() + calls
  // Where not all that wait are reached anyway, a tenth of the calls is for those that only a query can answer.
  let scarceCalls = Math.max(usualQueryCalls, room() / 10)
  function affordsThoughScarce(): boolean {
    if (waiting() <= room() || room() < usualQueryCalls || scarceCalls < usualQueryCalls) return false
    scarceCalls -= usualQueryCalls
    return true
  }
  const ok = (counts: Counts, method: CollectedCounts['method']): Outcome => {
    const at = clock.now()
    return {
      at,
      status: 'ok',
      counts: { ...counts, collectedAt: timeOf(counts, at), answeredAt: at, method },
    }
  }

  async function ask(tenant: ListedTenant): Promise<Outcome> {
    const why = whyNotAsked(tenant)
    if (why) return { at: clock.now(), ...why }
    try {
      const host = checkHost(tenant.apiHost ?? '')
      addWaiting(host, -1)
      return await askForCounts(tenant, host)
    } catch (error) {
      if (endsTheRun(error)) throw error
      return { ...outcomeOf(error, clock.now(), 'detections'), endpoint: countsEndpoint.name }
    }
  }

  async function askForCounts(tenant: ListedTenant, host: string): Promise<Outcome> {
    const place = tenant.region ? `Region ${tenant.region}` : new URL(host).host
    const guard = endpoints.guard(host, countsEndpoint, place)
    const areCountsDown = () => endpoints.isDown(host, countsEndpoint)
    let trouble: unknown = guard.refusal()
    // Who makes the probe of an endpoint that is down must find no room taken afterwards by those who need not wait for it.
    const probes = areCountsDown() && !trouble ? 1 : 0
    queries += probes
    try {
      if (!trouble)
        return ok(await fetchCounts(client.guardedBy(guard), host, tenant.id, clock.now), 'counts')
    } catch (error) {
      if (!mayPass(error) && !(error instanceof UnexpectedAnswerError)) throw error
      trouble = error
    } finally {
      queries -= probes
    }
    const instead = await askByQuery(tenant.id, host, place, trouble)
    if (instead.mayPass && areCountsDown()) postponed.push({ tenant, host })
    return instead.outcome
  }

  /** `mayPass` where nothing was learnt about the tenant, so that it is worth another try when the host is back. */
  async function askByQuery(
    id: string,
    host: string,
    place: string,
    trouble: unknown,
  ): Promise<{ outcome: Outcome; mayPass: boolean }> {
    const { reason: why, http } = outcomeOf(trouble, clock.now(), 'detections')
    const call = trouble instanceof EndpointDownError ? {} : { endpoint: countsEndpoint.name, http }
    // A tenant keeps its turn where the counts are down and no query was made: nothing was learnt about it.
    const triedAt = () => (endpoints.isDown(host, countsEndpoint) ? undefined : clock.now())
    const failed = (reason: string): Outcome => ({
      at: triedAt(),
      status: 'failed',
      reason,
      ...call,
    })
    const guard = endpoints.guard(host, queryEndpoint, place)
    const refusal = guard.refusal()
    if (refusal) {
      const counts = endpoints.guard(host, countsEndpoint, place).refusal()
      const reason = counts ? noAnswerFrom(place, counts, refusal) : `${why} ${refusal.message}`
      return { outcome: failed(reason), mayPass: true }
    }
    // Others may be on this way already, and have most of their calls before them.
    const isScarce = !affords((queries + 1) * usualQueryCalls)
    if (isScarce && !affordsThoughScarce()) {
      return { outcome: failed(noRoomToQuery(why, usualQueryCalls, waiting())), mayPass: true }
    }
    queries += 1
    try {
      const affordsMore = isScarce ? (calls: number) => calls <= usualQueryCalls : affords
      const means = { clock, deadline, affords: affordsMore }
      const found = await fetchByQuery(client.guardedBy(guard), host, id, means)
      return { outcome: ok(found, 'query'), mayPass: false }
    } catch (error) {
      if (endsTheRun(error)) throw error
      const failure = queryOutcome(error, why, clock.now())
      const outcome = { ...failure, at: failure.at ?? triedAt(), endpoint: queryEndpoint.name }
      return { outcome, mayPass: mayPass(error) }
    } finally {
      queries -= 1
    }
  }

  /** When the host may be asked for figures again, by either way; 0 is now. */
  const askAgainAt = (host: string): number => {
    const counts = endpoints.probeAt(host, countsEndpoint) ?? 0
    return Math.min(counts, endpoints.probeAt(host, queryEndpoint) ?? counts)
  }

  return {
    ask,
    takePostponed() {
      const taken = postponed
      postponed = []
      for (const { host } of taken) addWaiting(host, 1)
      return taken.map(({ tenant, host }) => ({ tenant, askAgainAt: askAgainAt(host) }))
    },
  }
}

/** The host's trouble, not the tenant's. */
const mayPass = (error: unknown): boolean => error instanceof EndpointDownError || isPassing(error)

function isAllowed(checkHost: HostRule, apiHost: string): boolean {
  try {
    checkHost(apiHost)
    return true
  } catch {
    // The tenant's outcome says so, once it is asked; that takes no call.
    return false
  }
}
