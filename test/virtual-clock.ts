import type { Clock } from '../lambda/clock.ts'

export type VirtualClock = Clock & {
  /** Runs until `work` settles. When all tasks sleep, time jumps to the first one that wakes up. */
  drive<T>(work: Promise<T>): Promise<T>
}

/** Creates a clock that moves only when all tasks sleep. `start` is in milliseconds since the epoch. */
export function virtualClock(start = Date.UTC(2026, 10, 22, 10)): VirtualClock {
  let now = start
  let sleepers: { at: number; wake: () => void }[] = []

  return {
    now: () => now,
    sleep: ms =>
      new Promise(wake => {
        sleepers.push({ at: now + Math.max(0, ms), wake })
      }),
    async drive(work) {
      let settled = false
      const done = () => {
        settled = true
      }
      work.then(done, done)
      for (;;) {
        await new Promise(setImmediate)
        if (settled) return work
        const next = Math.min(...sleepers.map(({ at }) => at))
        if (next === Number.POSITIVE_INFINITY) throw new Error('Deadlock: all tasks wait and none sleeps.')
        now = Math.max(now, next)
        const due = sleepers.filter(({ at }) => at <= now)
        sleepers = sleepers.filter(({ at }) => at > now)
        for (const { wake } of due) wake()
      }
    },
  }
}
