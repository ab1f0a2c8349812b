import { parseLimits } from '../../../local/simulator/limits.ts'
import type { Heard } from '../heard.ts'
import type { Breaches } from './breach.ts'

/** No window of the limits was ever exceeded, by the times at which the server received the calls. */
export function checkWindows(heard: Heard, rateLimits: string, breaches: Breaches): void {
  const times = heard.calls.map(({ at }) => at).sort((a, b) => a - b)
  for (const { limit, periodMs } of parseLimits(rateLimits)) {
    for (const [place, time] of times.entries()) {
      const first = times[place - limit]
      if (first === undefined || time - first >= periodMs) continue
      const what = `more than ${limit} calls in ${periodMs / 1_000} s`
      breaches.report(`no window is exceeded: ${limit} in ${periodMs / 1_000} s`, time, what)
    }
  }
}
