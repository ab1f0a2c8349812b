import type { Clock } from './clock.ts'
import { collectFrom } from './collection.ts'
import type { Deadlines } from './deadlines.ts'
import { type LeaseTaken, takeLease } from './lease.ts'
import type { Log } from './log.ts'
import { type Deadline, openGate } from './pacing/gate.ts'
import type { RunReport } from './report.ts'
import type { Settings } from './settings.ts'
import type { Credentials } from './sophos/token.ts'
import type { Transport } from './sophos/transport.ts'
import type { Store } from './store.ts'
import type { Tenant } from './tenant.ts'

/** Everything from outside that a run touches, and what it is told. */
export type RunContext = {
  readonly settings: Settings
  readonly version: string
  readonly trigger: RunReport['trigger']
  readonly deadlines: Deadlines
  readonly clock: Clock
  readonly random: () => number
  readonly send: Transport
  readonly store: Store
  readonly readCredentials: () => Promise<Credentials>
  readonly log: Log
}

/** How a run went, and the tenants of its source as they are published. */
export type RunOutcome = { readonly report: RunReport; readonly tenants: readonly Tenant[] }

/**
 * Longer waits are not waited for, since somebody pays for the time: what room comes back within an hour, the next
 * scheduled runs will find. Long enough for a full minute's window with its slowest answer.
 */
export const longestWaitMs = 95_000

/**
 * One run: takes the lease, opens the gate for the calls that the lease's book leaves room for, collects and publishes,
 * and leaves the book to the next run. While another run holds the lease there is no run, and it is told who does. Whether
 * the invocation fails is for the caller to decide, by the report's `result`.
 */
export async function run(context: RunContext): Promise<RunOutcome | LeaseTaken> {
  const { settings, clock, store, log, deadlines } = context
  const holder = `${clock.now()}-${context.random()}`
  const lease = await takeLease({
    store,
    source: settings.source,
    holder,
    windows: settings.rateLimits,
    clock,
  })
  if (!('renew' in lease)) return lease
  log.info('run started', { source: settings.source, trigger: context.trigger })

  const gate = openGate({
    windows: settings.rateLimits,
    earlierCalls: lease.earlierCalls,
    earlierPace: lease.earlierPace,
    clock,
    deadline: () => {
      const bounds: Deadline[] = [
        { at: deadlines.lastCallAt, reason: "The run's time is up" },
        // A call that is sent must be answered while the lease still holds.
        { at: lease.until() - deadlines.requestTimeoutMs, reason: 'The lease was not renewed' },
        { at: clock.now() + longestWaitMs },
      ]
      return bounds.reduce((first, bound) => (bound.at < first.at ? bound : first))
    },
    onWait: wait => log.info('waiting for the rate limit', wait),
    onPace: change => log.warn(change.text, change),
  })
  try {
    return await collectFrom(context, lease, gate)
  } finally {
    // Where that fails the lease ends by itself; it must not hide how the run went.
    await lease
      .release({ calls: gate.remembered(), pace: gate.pace() })
      .catch((error: unknown) => log.warn('the lease was not released', { error }))
  }
}
