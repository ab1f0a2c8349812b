import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Deadlines } from '../pacing/deadlines.ts'
import type { Settings } from '../settings.ts'
import type { Credentials } from '../sophos/token.ts'
import type { Transport } from '../sophos/transport.ts'
import type { RunReport } from '../state/run-report.ts'
import type { Store } from '../state/store.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { collectFrom } from './collect.ts'
import { holdLease } from './hold-lease.ts'
import type { LeaseTaken } from './lease.ts'

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
 * One run: takes the lease, opens the gate for the calls that the lease's book leaves room for, collects and publishes,
 * and leaves the book to the next run. While another run holds the lease there is no run, and it is told who does. Whether
 * the invocation fails is for the caller to decide, by the report's `result`.
 */
export function run(context: RunContext): Promise<RunOutcome | LeaseTaken> {
  const { trigger } = context
  return holdLease(context, { worker: 'run', timeIsUp: "The run's time is up", trigger }, (lease, gate) =>
    collectFrom(context, lease, gate),
  )
}
