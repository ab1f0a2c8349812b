const visibleMs = 30_000
const hiddenMs = 5 * 60_000
const capMs = 5 * 60_000

/**
 * How long to wait until the next poll, in ms. Each failure in a row doubles the wait up to five minutes, and the second half of it is left
 * to chance (`random` in [0, 1)): the screens of a whole room do not come back to a struggling server in one moment.
 */
export function pollDelay(failures: number, hidden: boolean, random: number): number {
  const steady = hidden ? hiddenMs : visibleMs
  if (failures === 0) return steady
  const ceiling = Math.min(capMs, visibleMs * 2 ** failures)
  return Math.max(hidden ? hiddenMs : 0, ceiling / 2 + (ceiling / 2) * random)
}
