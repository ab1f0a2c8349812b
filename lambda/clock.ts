/** The time for one run. `now` is in milliseconds since the epoch and never goes back. */
export type Clock = {
  now(): number
  sleep(ms: number): Promise<void>
}

/**
 * Starts the real clock of one run: the wall clock's time at the start plus the steady clock, so that a correction of the
 * wall clock during a run cannot shorten a window. Start a new one for each run: the steady clock of a frozen Lambda
 * environment stands still.
 */
export function startClock(): Clock {
  const offset = Date.now() - performance.now()
  return {
    now: () => offset + performance.now(),
    sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
  }
}
