import type { Dataset } from '../asking/dataset.ts'
import type { RunContext } from '../context.ts'
import { type Announce, nothingTold } from '../events/told.ts'
import type { RunOutcome } from '../state/run-report.ts'
import { collect } from './collect.ts'
import { holdLease } from './hold-lease.ts'
import type { LeaseTaken } from './lease.ts'

/**
 * One run: takes the lease, opens the gate for the calls that the lease's book leaves room for, collects, publishes and
 * announces, and leaves the book to the next run. While another run holds the lease there is no run; the answer is since
 * when. The caller decides by the report's `result` whether the invocation fails.
 */
export function run(
  context: RunContext,
  datasets: readonly [Dataset, ...Dataset[]],
  announce: Announce = async () => nothingTold,
): Promise<RunOutcome | LeaseTaken> {
  const { trigger } = context
  return holdLease(context, { worker: 'run', timeIsUp: "The run's time is up", trigger }, (lease, gate) =>
    collect(context, datasets, announce, lease, gate),
  )
}
