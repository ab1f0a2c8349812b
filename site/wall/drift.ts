const stepMs = 3 * 60_000
/** A small round trip in steps of one unit. Each step moves every edge of every letter by a few pixels. */
const places = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
] as const

/**
 * Returns how far to move the picture at `now`, in units of the wall, so that nothing burns into a screen that shows it
 * for months.
 */
export function driftAt(now: number): readonly [x: number, y: number] {
  const step = Math.floor(Math.max(0, now) / stepMs) % places.length
  return places[step] ?? places[0]
}
