const visibleMs = 30_000
/** Nothing to show yet: the first run of a small estate takes seconds. */
const expectantMs = 5_000
const hiddenMs = 5 * 60_000
const capMs = 5 * 60_000

/** The longest Retry-After to follow: a longer one may be a mistake. */
const mostPatienceMs = 60 * 60_000

/** The state of polling: failures in a row, and how long the server asked us to wait after the last. */
export type Pace = { failures: number; hidden: boolean; nothing: boolean; retryAfterMs: number | undefined }

/**
 * Returns the wait until the next poll, in ms; a short one if there is `nothing` to show yet. Each failure in a row
 * doubles the wait, up to five minutes. The second half of the wait is random (`random` in [0, 1)), so that many
 * screens do not hit a struggling server at the same moment. For the same reason they do not all return exactly when
 * its Retry-After ends.
 */
export function pollDelay({ failures, hidden, nothing, retryAfterMs = 0 }: Pace, random: number): number {
  const steady = hidden ? hiddenMs : nothing ? expectantMs : visibleMs
  if (failures === 0) return steady
  const ceiling = Math.min(capMs, visibleMs * 2 ** failures)
  const backOff = Math.max(hidden ? hiddenMs : 0, ceiling / 2 + (ceiling / 2) * random)
  const asked = Math.min(mostPatienceMs, retryAfterMs)
  return asked > backOff ? asked + visibleMs * random : backOff
}
