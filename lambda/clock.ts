/** Time as the code sees it. `now` is in milliseconds since the epoch and never goes back while a run lasts. */
export type Clock = {
  now(): number
  sleep(ms: number): Promise<void>
}

/**
 * The real clock of one run: the wall clock's time at the start, carried on by the steady clock, so that a correction
 * of the wall clock in the middle of a run cannot shorten a window. Start a new one for each run: a frozen Lambda
 * environment's steady clock stands still while real time goes on.
 */
export function startClock(): Clock {
  const offset = Date.now() - performance.now()
  return {
    now: () => offset + performance.now(),
    sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
  }
}
