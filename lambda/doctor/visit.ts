import { startHeartbeat } from '../heartbeat.ts'
import { type LeaseTaken, takeLease } from '../lease.ts'
import { openGate } from '../pacing/gate.ts'
import type { RunContext } from '../run.ts'
import type { SophosClient } from '../sophos/client.ts'
import { consult } from './consult.ts'
import type { SourceReport } from './report.ts'

export type VisitContext = Omit<RunContext, 'trigger'> & {
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
/** As long as a collection waits for room in a window; what comes back later is the collector's. */
const longestWaitMs = 95_000

/**
 * One visit of the doctor: takes the source's lease, so that its calls are counted with the collector's and never beside
 * a collection; asks; and answers the report. While a run holds the lease there is no visit, and it is told who does.
 */
export async function visit(context: VisitContext): Promise<SourceReport | LeaseTaken> {
  const { settings, clock, store, log, deadlines } = context
  const lease = await takeLease({
    store,
    source: settings.source,
    holder: `doctor-${clock.now()}-${context.random()}`,
    windows: settings.rateLimits,
    clock,
  })
  if (!('renew' in lease)) return lease
  log.info('doctor started', { source: settings.source, sample: context.sample })

  const gate = openGate({
    windows: settings.rateLimits,
    earlierCalls: lease.earlierCalls,
    earlierPace: lease.earlierPace,
    clock,
    deadline: () => {
      const lastCall = { at: deadlines.lastCallAt, reason: 'The time for it is over' }
      const lastOfLease = {
        at: lease.until() - deadlines.requestTimeoutMs,
        reason: 'The lease was not renewed',
      }
      return [lastOfLease, { at: clock.now() + longestWaitMs }].reduce(
        (first, bound) => (bound.at < first.at ? bound : first),
        lastCall,
      )
    },
    onWait: wait => log.info('waiting for the rate limit', wait),
    onPace: change => log.warn(change.text, change),
  })
  const book = () => ({ calls: gate.remembered(), pace: gate.pace() })
  const heartbeat = startHeartbeat(clock, heartbeatMs, () =>
    lease.renew(book()).catch((error: unknown) => log.warn('the heartbeat failed', { error })),
  )
  try {
    return await consult(context, gate)
  } finally {
    await heartbeat.stop()
    await lease.release(book()).catch((error: unknown) => log.warn('the lease was not released', { error }))
  }
}
