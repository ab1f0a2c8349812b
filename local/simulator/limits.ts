/** At most `limit` calls in any stretch of time of `periodMs` milliseconds. */
export type Limit = { readonly limit: number; readonly periodMs: number }

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads `10/s 100/m 1000/h 200000/d`; `7/250ms` and `3/2s` are allowed too. No text, no limits. Throws on anything else. */
export function parseLimits(text: string): Limit[] {
  return text.split(/\s+/).flatMap(part => {
    if (part === '') return []
    const [, limit, count, unit] = /^([1-9]\d*)\/([1-9]\d*)?(ms|s|m|h|d)$/.exec(part) ?? []
    const unitMs = units[unit ?? '']
    if (limit === undefined || unitMs === undefined)
      throw new Error(`"${part}" is no rate limit. Write count/period, as in "10/s 100/m 1000/h 200000/d".`)
    return [{ limit: Number(limit), periodMs: Number(count ?? 1) * unitMs }]
  })
}

/**
 * The rate limits as the server keeps them, over all calls together. It is the judge of a client's pacing, so it is
 * written to be seen through: it keeps the time of every admitted call and counts.
 *
 * `admit(now)` answers `undefined` and takes the call down, or answers how many milliseconds the call would have to
 * wait. A call that is exactly one period old is no longer in the window. A refused call does not count: whether it
 * does at the real service is not known.
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
      // No window ever looks further back than its limit.
      if (admitted.length > 2 * most) admitted = admitted.slice(-most)
      return undefined
    },
  }
}
