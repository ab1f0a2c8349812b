import type { Clock } from '../clock.ts'

/**
 * Calls `beat` every `everyMs` until stopped; a beat that takes longer delays the next one. `beat` deals with its own
 * errors. `stop` waits for a beat under way, so that nothing is written behind the back of what comes after.
 */
export function startHeartbeat(
  clock: Clock,
  everyMs: number,
  beat: () => Promise<void>,
): { stop(): Promise<void> } {
  let over = false
  let beating: Promise<void> = Promise.resolve()

  async function go(): Promise<void> {
    for (;;) {
      await clock.sleep(everyMs)
      if (over) return
      beating = beat()
      await beating
    }
  }
  void go()

  return {
    async stop() {
      over = true
      await beating
    },
  }
}
