/**
 * Asks at the first call, and then at calls that come `everyMs` or more after the last that was asked; in between it answers
 * undefined. `now` in ms; a clock that went back does not stop the asking.
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
