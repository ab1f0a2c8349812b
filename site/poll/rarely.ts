/**
 * Calls `ask` at the first call, then at most once every `everyMs`; returns undefined in between. `now` is in ms. A
 * clock set back does not stop the calls.
 */
export function rarely<Answer>(
  everyMs: number,
  now: () => number,
  ask: () => Promise<Answer>,
): () => Promise<Answer | undefined> {
  let askedAt: number | undefined
  return async () => {
    const since = askedAt === undefined ? everyMs : now() - askedAt
    if (since >= 0 && since < everyMs) return undefined
    askedAt = now()
    return ask()
  }
}
