import type { Guards } from '../../asking/endpoints.ts'
import { endsTheRun, outcomeOf } from '../../asking/outcome.ts'
import { type CollectionEnd, collect } from '../../asking/worker-pool.ts'
import type { Gate } from '../../pacing/gate.ts'
import type { RunContext } from '../../run/run.ts'
import type { SophosClient } from '../../sophos/client.ts'
import { probeMigration } from '../../sophos/fusion/probe.ts'
import { isThrottled } from '../../sophos/retry.ts'
import type { Guard } from '../../sophos/sender.ts'
import type { Migration } from '../../tenants/migration.ts'
import { dueForProbe, isMoved, probesInRun } from '../../tenants/migration.ts'
import type { Tenant } from '../../tenants/tenant.ts'

/** Few at once: a host that does not answer is known for it after five, and those under way come on top. */
const probesAtOnce = 4

/** Sophos had enough while tenants were probed; the counts need what it still allows. */
class LimitedError extends Error {
  override readonly name = 'LimitedError'
}

/**
 * The guard, and after the first 429 a refusal of every probe that is not sent yet: whether Fusion's limit is the other
 * APIs' too is not known, and one that allows nothing must not slow down the counts through every try of every probe.
 */
function untilLimited(guard: Guard): Guard {
  let limited: LimitedError | undefined
  return {
    tries: guard.tries,
    refusal: () => limited ?? guard.refusal(),
    claim() {
      if (limited) throw limited
      guard.claim()
    },
    record(error) {
      guard.record(error)
      if (isThrottled(error)) limited = new LimitedError('Sophos answered 429 to a probe.')
    },
  }
}

/**
 * Looks whether tenants moved to Sophos Fusion: those whose turn it is, as many as the run's budget allows. `onResult` hears
 * of each at once. A probe that fails, or that is not made because Fusion is out of order, comes to `not_checked`. After a
 * 429 no more are made in this run. Answers why it ended early, if it did.
 */
export async function probeTenants(
  { settings, clock, deadlines, log }: RunContext,
  options: {
    tenants: readonly Tenant[]
    client: SophosClient
    guards: Guards
    gate: Gate
    onResult: (id: string, migration: Migration) => void
  },
): Promise<CollectionEnd> {
  const { client, guards, gate, onResult } = options
  const { url } = settings.fusion
  const unmoved = options.tenants.filter(tenant => !isMoved(tenant))
  const lastProbeAt = Math.max(
    ...options.tenants.map(({ migration }) => migration.checkedAt ?? Number.NEGATIVE_INFINITY),
  )
  const probes = probesInRun({
    tenants: options.tenants.length,
    unmoved: unmoved.length,
    room: gate.room(deadlines.lastCallAt),
    refreshIntervalMs: settings.refreshIntervalMs,
    sinceLastMs: clock.now() - lastProbeAt,
    msPerCall: Math.max(...settings.rateLimits.map(({ limit, periodMs }) => periodMs / limit)),
  })
  const guarded = client.guardedBy(untilLimited(guards.of(url, 'fusion', 'Sophos Fusion')))
  let failures = 0
  let reason = ''

  async function probe({ id }: Tenant): Promise<Migration | undefined> {
    try {
      return { state: await probeMigration(guarded, url, id), checkedAt: clock.now() }
    } catch (error) {
      if (endsTheRun(error)) throw error
      if (error instanceof LimitedError) return undefined
      failures += 1
      reason = outcomeOf(error, clock.now()).reason
      return { state: 'not_checked', checkedAt: clock.now() }
    }
  }

  const endedBy = await collect(
    dueForProbe(unmoved, probes),
    probe,
    ({ id }, migration) => migration && onResult(id, migration),
    probesAtOnce,
  )
  if (failures > 0) log.warn('probes failed: these tenants are not checked', { failures, of: probes, reason })
  return endedBy
}
