import { noAnswerFrom, OutOfOrderError } from '../../asking/endpoint-down.ts'
import type { Guards } from '../../asking/endpoints.ts'
import { endsTheRun, noHost, noRoomToQuery, outcomeOf, queryOutcome } from '../../asking/outcome.ts'
import type { Clock } from '../../clock.ts'
import type { SophosClient } from '../../sophos/client.ts'
import { fetchCounts } from '../../sophos/counts.ts'
import { type Counts, timeOf } from '../../sophos/detections.ts'
import type { HostRule } from '../../sophos/hosts.ts'
import { fetchByQuery, usualQueryCalls } from '../../sophos/query.ts'
import { isPassing } from '../../sophos/retry.ts'
import type { ListedTenant } from '../../sophos/tenants.ts'
import type { CollectedCounts, Outcome } from '../../tenants/tenant.ts'

/** A tenant to be asked about again, at its checked host, because that host was out of order. */
type Postponed = { readonly tenant: ListedTenant; readonly host: string }

/** Asks about one tenant after the other, and remembers for whom it would be worth another try in the same run. */
export type Asker = {
  /**
   * Asks for one tenant's counts. Whatever goes wrong is the tenant's outcome, except the two errors after which nobody
   * can be asked: OutOfBudgetError and CredentialsError.
   */
  ask(tenant: ListedTenant): Promise<Outcome>
  /** Hands over the tenants that failed because their host was out of order, each once. */
  takePostponed(): Postponed[]
}

/**
 * Counts are asked for first. Where they are out of order (5xx, no answer, or known to be so) the query API answers
 * instead, at several times the calls: only as long as the budget then still has a call for everybody who waits.
 */
export function createAsker(options: {
  client: SophosClient
  checkHost: HostRule
  guards: Guards
  clock: Clock
  /** Nothing is waited for beyond this moment, milliseconds since the epoch. */
  deadline: number
  /** How many calls there is room for in this run. */
  room: () => number
  /** Who is to be asked about. */
  tenants: readonly ListedTenant[]
}): Asker {
  const { client, checkHost, guards, clock, deadline, room } = options
  const waitingAt = new Map<string, number>()
  let queries = 0
  let postponed: Postponed[] = []

  const addWaiting = (host: string, count: number) =>
    waitingAt.set(host, Math.max(0, (waitingAt.get(host) ?? 0) + count))
  for (const { apiHost } of options.tenants) {
    if (apiHost && isAllowed(checkHost, apiHost)) addWaiting(checkHost(apiHost), 1)
  }

  /** Those for whom one call will do. Where the counts are out nobody has a use for it. */
  const waiting = (): number => {
    const inOrder = [...waitingAt].filter(([host]) => !guards.isOut(host, 'counts'))
    return inOrder.reduce((sum, [, count]) => sum + count, 0)
  }
  const affords = (calls: number): boolean => room() >= waiting() + calls
  const failed = (reason: string): Outcome => ({ at: clock.now(), status: 'failed', reason })
  const ok = (counts: Counts, method: CollectedCounts['method']): Outcome => {
    const at = clock.now()
    return { at, status: 'ok', counts: { ...counts, collectedAt: timeOf(counts, at), method } }
  }

  async function ask(tenant: ListedTenant): Promise<Outcome> {
    if (!tenant.apiHost) return { at: clock.now(), status: 'inactive', reason: noHost }
    try {
      const host = checkHost(tenant.apiHost)
      addWaiting(host, -1)
      return await askForCounts(tenant, host)
    } catch (error) {
      if (endsTheRun(error)) throw error
      return outcomeOf(error, clock.now())
    }
  }

  async function askForCounts(tenant: ListedTenant, host: string): Promise<Outcome> {
    const place = tenant.region ? `Region ${tenant.region}` : new URL(host).host
    const guard = guards.of(host, 'counts', place)
    let trouble: unknown = guard.refusal()
    if (!trouble) {
      try {
        return ok(await fetchCounts(client.guardedBy(guard), host, tenant.id, clock.now), 'counts')
      } catch (error) {
        if (!mayPass(error)) throw error
        trouble = error
      }
    }
    const instead = await askByQuery(tenant.id, host, place, trouble)
    const countsAreOut = trouble instanceof OutOfOrderError || guards.isOut(host, 'counts')
    if (instead.mayPass && countsAreOut) postponed.push({ tenant, host })
    return instead.outcome
  }

  /** `mayPass` where nothing was learnt about the tenant, so that it is worth another try when the host is back. */
  async function askByQuery(
    id: string,
    host: string,
    place: string,
    trouble: unknown,
  ): Promise<{ outcome: Outcome; mayPass: boolean }> {
    const why = outcomeOf(trouble, clock.now()).reason
    const guard = guards.of(host, 'query', place)
    const refusal = guard.refusal()
    if (refusal) {
      const counts = guards.of(host, 'counts', place).refusal()
      const reason = counts ? noAnswerFrom(place, counts, refusal) : `${why} ${refusal.message}`
      return { outcome: failed(reason), mayPass: true }
    }
    // Others may be on this way already, and have most of their calls before them.
    if (!affords((queries + 1) * usualQueryCalls)) {
      return { outcome: failed(noRoomToQuery(why, usualQueryCalls, waiting())), mayPass: true }
    }
    queries += 1
    try {
      const found = await fetchByQuery(client.guardedBy(guard), host, id, { clock, deadline, affords })
      return { outcome: ok(found, 'query'), mayPass: false }
    } catch (error) {
      if (endsTheRun(error)) throw error
      return { outcome: queryOutcome(error, why, clock.now()), mayPass: mayPass(error) }
    } finally {
      queries -= 1
    }
  }

  return {
    ask,
    takePostponed() {
      const taken = postponed
      postponed = []
      for (const { host } of taken) addWaiting(host, 1)
      return taken
    },
  }
}

/** The host's trouble, not the tenant's. */
const mayPass = (error: unknown): boolean => error instanceof OutOfOrderError || isPassing(error)

function isAllowed(checkHost: HostRule, apiHost: string): boolean {
  try {
    checkHost(apiHost)
    return true
  } catch {
    // Told as the tenant's outcome, when it is asked about; it takes no call.
    return false
  }
}
