import type { Detection } from './detections.ts'
import { hash, unit, uuid } from './hash.ts'

export type RunResult = 'notAvailable' | 'succeeded' | 'failed' | 'canceled' | 'timedOut'

/** A run of the query API: started, asked about until it is finished, then its results are read. */
export type Run = {
  readonly id: string
  readonly tenantId: string
  readonly createdAt: number
  readonly expiresAt: number
  /** How many more times the run answers that it is not finished. */
  pollsLeft: number
  finishedAt: number | undefined
  readonly result: RunResult
  /** What it found when it was started, in the order asked for. */
  readonly found: readonly Detection[]
}

const dayMs = 24 * 3_600_000

/** Runs of the last 24 hours; older ones are as if they had never been. */
export function makeRuns(seed: number) {
  const runs = new Map<string, Run>()
  let started = 0
  return {
    /** A new run that needs two to four questions until it is finished. `now` in ms. */
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
      // One run in ten is finished in the answer that starts it.
      if (unit(seed, started, 3) < 0.1) run.finishedAt = now
      return run
    },
    /** The tenant's run of this id, unless it has expired. */
    find(id: string, tenantId: string, now: number): Run | undefined {
      const run = runs.get(id)
      return run !== undefined && run.tenantId === tenantId && run.expiresAt > now ? run : undefined
    },
    /** One more question: brings the run nearer to its end. */
    poll(run: Run, now: number): void {
      if (run.finishedAt !== undefined) return
      if (run.pollsLeft === 0) run.finishedAt = now
      run.pollsLeft -= 1
    },
  }
}
