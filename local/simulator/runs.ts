import type { Detection } from './detections.ts'
import { hash, unit, uuid } from './hash.ts'

export type RunResult = 'notAvailable' | 'succeeded' | 'failed' | 'canceled' | 'timedOut'

/** A run of the query API: started, polled until finished, then read. */
export type Run = {
  readonly id: string
  readonly tenantId: string
  readonly createdAt: number
  readonly expiresAt: number
  /** The number of further polls before the run is finished. */
  pollsLeft: number
  finishedAt: number | undefined
  readonly result: RunResult
  /** The detections at the start of the run, in the requested order. */
  readonly found: readonly Detection[]
}

const dayMs = 24 * 3_600_000

/** Keeps the runs of the last 24 hours. */
export function makeRuns(seed: number) {
  const runs = new Map<string, Run>()
  let started = 0
  return {
    /** Starts a run that is finished after two to four polls. `now` in ms. */
    start(tenantId: string, found: readonly Detection[], result: RunResult, now: number): Run {
      started += 1
      for (const [id, run] of runs) if (run.expiresAt <= now) runs.delete(id)
      const run: Run = {
        id: uuid(seed, started, 1),
        tenantId,
        createdAt: now,
        expiresAt: now + dayMs,
        pollsLeft: 1 + (hash(seed, started, 2) % 3),
        finishedAt: undefined,
        result,
        found,
      }
      runs.set(run.id, run)
      // One run in ten is finished at once.
      if (unit(seed, started, 3) < 0.1) run.finishedAt = now
      return run
    },
    /** Returns the tenant's run with this id, unless it has expired. */
    find(id: string, tenantId: string, now: number): Run | undefined {
      const run = runs.get(id)
      return run !== undefined && run.tenantId === tenantId && run.expiresAt > now ? run : undefined
    },
    /** Counts a poll, which brings the run closer to its end. */
    poll(run: Run, now: number): void {
      if (run.finishedAt !== undefined) return
      if (run.pollsLeft === 0) run.finishedAt = now
      run.pollsLeft -= 1
    },
  }
}
