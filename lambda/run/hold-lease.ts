import type { WorkContext } from '../context.ts'
import { longestWaitMs } from '../pacing/deadlines.ts'
import { type Deadline, type Gate, openGate } from '../pacing/gate.ts'
import { waitLog } from './bounded-log.ts'
import { type Lease, type LeaseTaken, takeLease } from './lease.ts'

/**
 * Does `work` with the source's lease and with the gate for the calls that the lease's book leaves room for, and leaves the
 * book to the next worker. While another worker holds the lease nothing is done; the answer is since when. `worker` names
 * this one in the log and in the lease; `timeIsUp` is the reason why no call is sent after the last moment for one.
 */
export async function holdLease<T>(
  context: WorkContext,
  { worker, timeIsUp, ...details }: { worker: 'run' | 'doctor'; timeIsUp: string; [detail: string]: unknown },
  work: (lease: Lease, gate: Gate) => Promise<T>,
): Promise<T | LeaseTaken> {
  const { settings, clock, store, log, deadlines } = context
  const lease = await takeLease({
    store,
    source: settings.source,
    holder: `${worker}-${clock.now()}-${context.random()}`,
    windows: settings.rateLimits,
    clock,
  })
  if (!('renew' in lease)) return lease
  log.info(`${worker} started`, { source: settings.source, ...details })
  const waits = waitLog(clock, log)

  const gate = openGate({
    windows: settings.rateLimits,
    earlierCalls: lease.earlierCalls,
    earlierPace: lease.earlierPace,
    clock,
    deadline: () => {
      const bounds: Deadline[] = [
        { at: deadlines.lastCallAt, reason: timeIsUp },
        // A call that is sent must be answered while the lease still holds.
        { at: lease.until() - deadlines.requestTimeoutMs, reason: 'The lease was not renewed' },
        { at: clock.now() + longestWaitMs },
      ]
      return bounds.reduce((first, bound) => (bound.at < first.at ? bound : first))
    },
    onWait: waits.note,
    onPace: change => log.warn(change.text, change),
  })
  try {
    return await work(lease, gate)
  } finally {
    waits.end()
    // Where that fails the lease ends by itself; it must not hide how the work went.
    await lease
      .release({ calls: gate.remembered(), pace: gate.pace() })
      .catch((error: unknown) => log.warn('the lease was not released', { error }))
  }
}
