import type { WorkContext } from '../context.ts'
import { startHeartbeat } from '../run/heartbeat.ts'
import { holdLease } from '../run/hold-lease.ts'
import type { LeaseTaken } from '../run/lease.ts'
import type { SophosClient } from '../sophos/client.ts'
import { consult } from './consult.ts'
import type { SourceReport } from './report.ts'

export type VisitContext = WorkContext & {
  /** How many tenants of each region and status, or all of them. */
  readonly sample: number | 'all'
  /** Told before the first tenant and after each. */
  readonly onProgress: (examined: number, chosen: number) => void
  /** Asked at the end with the same client, under the same lease and limits, where nothing ended the visit early. */
  readonly askMore?: (client: SophosClient) => Promise<void>
}

/** How many tenants of each region and status are a sample: one could be an exception. */
export const usualSample = 2

const heartbeatMs = 30_000

/**
 * One visit of the doctor: takes the source's lease, so that its calls are counted with the collector's and never beside
 * a collection; asks; and answers the report. While a run holds the lease there is no visit, and it is told who does.
 */
export function visit(context: VisitContext): Promise<SourceReport | LeaseTaken> {
  const { clock, log, sample } = context
  const said = { worker: 'doctor', timeIsUp: 'The time for it is over', sample } as const
  return holdLease(context, said, async (lease, gate) => {
    const heartbeat = startHeartbeat(clock, heartbeatMs, () =>
      lease
        .renew({ calls: gate.remembered(), pace: gate.pace() })
        .catch((error: unknown) => log.warn('the heartbeat failed', { error })),
    )
    try {
      return await consult(context, gate)
    } finally {
      await heartbeat.stop()
    }
  })
}
