import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Wait } from '../pacing/gate.ts'

/** So many of a kind are named one by one. More of the same teach nothing, and a log costs by its size. */
const mostNamed = 20
const minuteMs = 60_000

/** Facts that a bad day has by the thousand: the first of each are logged as they come, the others are counted. */
export type BoundedLog = {
  warn(fact: string, details: Record<string, unknown>): void
  /** Logs how many more there were of each. */
  end(): void
}

export function boundedLog(log: Pick<Log, 'debug' | 'warn'>): BoundedLog {
  const counts = new Map<string, number>()
  return {
    warn(fact, details) {
      const count = (counts.get(fact) ?? 0) + 1
      counts.set(fact, count)
      if (count <= mostNamed) log.warn(fact, details)
      else log.debug(fact, details)
    },
    end() {
      for (const [fact, count] of counts) {
        if (count > mostNamed) log.warn(`${fact}: and more`, { more: count - mostNamed })
      }
      counts.clear()
    },
  }
}

/** Adds up the waits for the rate limits, of which a run has hundreds: a line a minute at most, and one at the end. */
export function waitLog(
  clock: Pick<Clock, 'now'>,
  log: Pick<Log, 'debug' | 'info'>,
): { note(wait: Wait): void; end(): void } {
  let since = clock.now()
  let waits = 0
  let waitedMs = 0
  let window = ''

  function report(): void {
    if (waits > 0) log.info('waited for the rate limit', { waits, waitedMs: Math.round(waitedMs), window })
    since = clock.now()
    waits = 0
    waitedMs = 0
  }

  return {
    note(wait) {
      // For those who watch a run live.
      log.debug('waiting for the rate limit', wait)
      if (clock.now() - since >= minuteMs) report()
      waits += 1
      waitedMs += wait.ms
      window = wait.window
    },
    end: report,
  }
}
