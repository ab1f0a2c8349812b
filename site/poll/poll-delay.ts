const visibleMs = 30_000
/** Nothing to show yet: the first collection of a small estate takes seconds. */
const expectantMs = 5_000
const hiddenMs = 5 * 60_000
const capMs = 5 * 60_000

/**
 * How long to wait until the next poll, in ms; less where there is `nothing` to show yet. Each failure in a row doubles the wait up to five minutes, and the second half of it is left
 * to chance (`random` in [0, 1)): the screens of a whole room do not come back to a struggling server in one moment.
 */
export function pollDelay(failures: number, hidden: boolean, nothing: boolean, random: number): number {
  const steady = hidden ? hiddenMs : nothing ? expectantMs : visibleMs
  if (failures === 0) return steady
  const ceiling = Math.min(capMs, visibleMs * 2 ** failures)
  return Math.max(hidden ? hiddenMs : 0, ceiling / 2 + (ceiling / 2) * random)
}
