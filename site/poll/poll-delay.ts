const visibleMs = 30_000
/** Nothing to show yet: the first collection of a small estate takes seconds. */
const expectantMs = 5_000
const hiddenMs = 5 * 60_000
const capMs = 5 * 60_000

/** A server that asks for more patience is asked again after an hour all the same: the header may be a slip. */
const mostPatienceMs = 60 * 60_000

/** How the polling goes: failures in a row, and how long the server asked to be left alone after the last. */
export type Pace = { failures: number; hidden: boolean; nothing: boolean; retryAfterMs: number | undefined }

/**
 * How long to wait until the next poll, in ms; less where there is `nothing` to show yet. Each failure in a row doubles the wait
 * up to five minutes, and the second half of it is left to chance (`random` in [0, 1)): the screens of a whole room do not come
 * back to a struggling server in one moment. For the same reason they do not all come back just when its Retry-After ends.
 */
export function pollDelay({ failures, hidden, nothing, retryAfterMs = 0 }: Pace, random: number): number {
  const steady = hidden ? hiddenMs : nothing ? expectantMs : visibleMs
  if (failures === 0) return steady
  const ceiling = Math.min(capMs, visibleMs * 2 ** failures)
  const backOff = Math.max(hidden ? hiddenMs : 0, ceiling / 2 + (ceiling / 2) * random)
  const asked = Math.min(mostPatienceMs, retryAfterMs)
  return asked > backOff ? asked + visibleMs * random : backOff
}
