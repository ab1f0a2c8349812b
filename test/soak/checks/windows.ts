import { parseLimits } from '../../../local/simulator/limits.ts'
import type { Heard } from '../heard.ts'
import type { Breaches } from './breach.ts'

/**
 * No window of the limits was ever exceeded, by the times at which the server received the calls. A collector whose clock was
 * set cannot know how old the calls from before are, so each stretch between two such moments is checked by itself.
 */
export function checkWindows(heard: Heard, rateLimits: string, breaches: Breaches): void {
  for (const calls of Map.groupBy(heard.calls, ({ era }) => era).values()) {
    checkStretch(
      calls.map(({ at }) => at).sort((a, b) => a - b),
      rateLimits,
      breaches,
    )
  }
}

function checkStretch(times: readonly number[], rateLimits: string, breaches: Breaches): void {
  for (const { limit, periodMs } of parseLimits(rateLimits)) {
    for (const [place, time] of times.entries()) {
      const first = times[place - limit]
      if (first === undefined || time - first >= periodMs) continue
      const what = `more than ${limit} calls in ${periodMs / 1_000} s`
      breaches.report(`no window is exceeded: ${limit} in ${periodMs / 1_000} s`, time, what)
    }
  }
}
