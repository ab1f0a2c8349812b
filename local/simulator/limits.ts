/** At most `limit` calls in any period of `periodMs` milliseconds. */
export type Limit = { readonly limit: number; readonly periodMs: number }

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * Parses `10/s 100/m 1000/h 200000/d`, also `7/250ms` and `3/2s`. An empty text means no limits. Throws for other
 * texts.
 */
export function parseLimits(text: string): Limit[] {
  return text.split(/\s+/).flatMap(part => {
    if (part === '') return []
    const [, limit, count, unit] = /^([1-9]\d*)\/([1-9]\d*)?(ms|s|m|h|d)$/.exec(part) ?? []
    const unitMs = units[unit ?? '']
    if (limit === undefined || unitMs === undefined)
      throw new Error(
        `"${part}" is not a rate limit. Write count/period, as in "10/s 100/m 1000/h 200000/d".`,
      )
    return [{ limit: Number(limit), periodMs: Number(count ?? 1) * unitMs }]
  })
}

/**
 * The server's rate limits over all calls. It checks a client's pacing, so its code is as simple as possible: it keeps
 * the time of each admitted call and counts.
 *
 * `admit(now)` records the call and returns `undefined`, or returns how many milliseconds the call would have to wait.
 * A call that is exactly one period old is outside the window. Refused calls do not count; the real service's rule is
 * unknown.
 */
export function makeLimiter(limits: readonly Limit[]) {
  const most = Math.max(0, ...limits.map(limit => limit.limit))
  let admitted: number[] = []

  return {
    admit(now: number): number | undefined {
      const waits = limits.flatMap(({ limit, periodMs }) => {
        // The window is full while the `limit`-th latest call is still in it.
        const blocking = admitted[admitted.length - limit]
        return blocking !== undefined && blocking > now - periodMs ? [blocking + periodMs - now] : []
      })
      if (waits.length > 0) return Math.max(...waits)
      admitted.push(now)
      // No window needs more calls than its limit.
      if (admitted.length > 2 * most) admitted = admitted.slice(-most)
      return undefined
    },
  }
}
