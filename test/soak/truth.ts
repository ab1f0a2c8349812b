import type { World } from '../../local/simulator/world.ts'
import type { BySeverity, Figures } from './figures.ts'
import { lateBy } from './routes.ts'
import { hourMs } from './spell.ts'

/** What really came, from the world behind the server. */
export type Truth = {
  /** The detections in `now` that `before` did not have. */
  newBetween(id: string, before: Figures, now: Figures): BySeverity
  /** The detections after an answer that arrived until `at` (ms). */
  newSince(id: string, first: Figures, at: number): BySeverity
}

export function makeTruth(world: World): Truth {
  function count(id: string, from: number, to: number, arrivedBy: number, before: Figures): BySeverity {
    const sum = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
    for (const { time, key, severity } of world.detections(id, from, to)) {
      const arrivedAt = time + lateBy(key)
      const wasThere = time < before.to && arrivedAt <= before.servedAt
      if (arrivedAt <= arrivedBy && !wasThere) sum[severity] += 1
    }
    return sum
  }
  return {
    // A millisecond more: the server rounds `to` down.
    newBetween: (id, before, now) => count(id, now.to - 24 * hourMs, now.to + 1, now.servedAt, before),
    newSince: (id, first, at) => count(id, first.to - 24 * hourMs, at, at, first),
  }
}
