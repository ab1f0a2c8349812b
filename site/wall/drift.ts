const stepMs = 3 * 60_000
/** A small round trip in steps of one unit; every edge of every letter moves by a few pixels each time. */
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

/** By how much the whole picture is moved at `now`, in units of the wall: nothing burns into a screen that shows it for months. */
export function driftAt(now: number): readonly [x: number, y: number] {
  const step = Math.floor(Math.max(0, now) / stepMs) % places.length
  return places[step] ?? places[0]
}
