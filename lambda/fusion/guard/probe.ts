import type { Endpoints } from '../../asking/endpoints.ts'
import { endsTheRun, outcomeOf } from '../../asking/outcome.ts'
import { workThrough } from '../../asking/worker-pool.ts'
import type { WorkContext } from '../../context.ts'
import type { Gate } from '../../pacing/gate.ts'
import type { SophosClient } from '../../sophos/client.ts'
import { probeMigration } from '../../sophos/fusion/probe.ts'
import { isUsableId } from '../../sophos/ids.ts'
import { isThrottled } from '../../sophos/retry.ts'
import type { Guard } from '../../sophos/sender.ts'
import { isMoved, type Migration } from '../../tenants/migration.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { fusionEndpoint, fusionPlace } from '../endpoint.ts'
import { asMoved } from './as-moved.ts'
import { dueForProbe, probesInRun } from './probes-due.ts'

/** Few at once: a host that does not answer is known for it after five, and those under way come on top. */
const probesAtOnce = 4

/** Sophos had enough while tenants were probed; the counts need what it still allows. */
class LimitedError extends Error {
  override readonly name = 'LimitedError'
}

/**
 * The guard, and after the first 429 a refusal of every probe that is not sent yet: whether Fusion's limit is shared with
 * the other APIs is not known, and one that allows nothing must not slow down the counts through every try of every probe.
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
 * Checks whether tenants moved to Sophos Fusion: those whose turn it is, as many as the run's budget allows. Each checked
 * tenant goes to `onChecked` at once. A probe that fails, or that is not made because Fusion is down, gives `not_checked`.
 * After a 429 no more are made in this run. Returns how many moved tenants were found; without the guard none are looked for.
 */
export async function probeTenants(
  context: Pick<WorkContext, 'settings' | 'clock' | 'deadlines' | 'log'>,
  options: {
    tenants: readonly Tenant[]
    client: SophosClient
    endpoints: Endpoints
    gate: Gate
    onChecked: (id: string, change: (tenant: Tenant) => Tenant) => void
  },
): Promise<number> {
  const { settings, clock, log } = context
  const { url, guard, counts } = settings.fusion
  if (!guard) return 0
  const unmoved = options.tenants.filter(tenant => !isMoved(tenant) && isUsableId(tenant.id))
  const probes = probesOf(context, options.tenants, unmoved.length, options.gate)
  const guarded = options.client.guardedBy(
    untilLimited(options.endpoints.guard(url, fusionEndpoint, fusionPlace)),
  )
  let found = 0
  let failures = 0
  let reason = ''

  async function probe({ id }: Tenant): Promise<Migration | undefined> {
    try {
      return { state: await probeMigration(guarded, url, id), checkedAt: clock.now() }
    } catch (error) {
      if (endsTheRun(error)) throw error
      if (error instanceof LimitedError) return undefined
      failures += 1
      reason = outcomeOf(error, clock.now(), 'kinds of case').reason
      return { state: 'not_checked', checkedAt: clock.now() }
    }
  }
  function onProbed({ id }: Tenant, migration: Migration | undefined): void {
    if (!migration) return
    const { state, checkedAt = clock.now() } = migration
    if (state === 'moved') found += 1
    options.onChecked(id, tenant =>
      state === 'moved' ? asMoved(tenant, checkedAt, counts) : { ...tenant, migration },
    )
  }

  // What ends the probes early ends the questions that follow too, and is reported there.
  await workThrough(dueForProbe(unmoved, probes), probe, onProbed, probesAtOnce)
  if (failures > 0) log.warn('probes failed: these tenants are not checked', { failures, of: probes, reason })
  if (found > 0) log.warn('tenants moved to Sophos Fusion', { tenants: found })
  return found
}

function probesOf(
  { settings, clock, deadlines }: Pick<WorkContext, 'settings' | 'clock' | 'deadlines'>,
  tenants: readonly Tenant[],
  unmoved: number,
  gate: Gate,
): number {
  const lastProbeAt = Math.max(
    ...tenants.map(({ migration }) => migration.checkedAt ?? Number.NEGATIVE_INFINITY),
  )
  return probesInRun({
    tenants: tenants.length,
    unmoved,
    room: gate.room(deadlines.lastCallAt),
    refreshIntervalMs: settings.refreshIntervalMs,
    sinceLastMs: clock.now() - lastProbeAt,
    msPerCall: Math.max(...settings.rateLimits.map(({ limit, periodMs }) => periodMs / limit)),
  })
}
