/** How long a page is shown: enough to read a dozen rows from a distance. */
export const pageMs = 12_000
/** How long the page stays after the last mouse move or key. A mouse that does not move does not hold it. */
const touchMs = 30_000
/** Longer than a talk in front of the wall, but limited: a pause that everyone forgot must end by itself. */
const holdMs = 10 * 60_000

/**
 * The state of the paging: `heldUntil` is set by the button or the space bar, `touchedUntil` by mouse moves and keys.
 * Times in ms since 1970.
 */
export type Turning = { page: number; since: number; heldUntil: number; touchedUntil: number }

/** Returns the state at `now`, with `pages` pages. The same object if nothing changed. */
export function turn(turning: Turning, now: number, pages: number): Turning {
  const page = turning.page < pages ? turning.page : 0
  const stepped = now < turning.since // The clock was set back.
  const due = !isHeld(turning, now) && !isTouched(turning, now) && now - turning.since >= pageMs
  if (due && pages > 1) return { ...turning, page: (page + 1) % pages, since: now }
  return page === turning.page && !stepped ? turning : { ...turning, page, since: now }
}

/** Moves one page forward (1) or back (-1) by hand. */
export function turnBy(turning: Turning, step: 1 | -1, now: number, pages: number): Turning {
  const page = (turning.page + step + pages) % Math.max(1, pages)
  return { ...turning, page, since: now, touchedUntil: now + touchMs }
}

/** The user moved the mouse: the page stays. */
export function touch(turning: Turning, now: number): Turning {
  const touchedUntil = now + touchMs
  // A mouse moves a hundred times a second; one second more or less does not matter.
  return isTouched(turning, now) && touchedUntil - turning.touchedUntil < 1000
    ? turning
    : { ...turning, touchedUntil }
}

/** Pauses the paging, or continues it. */
export function toggleHold(turning: Turning, now: number): Turning {
  return isHeld(turning, now)
    ? { ...turning, since: now, heldUntil: now, touchedUntil: now }
    : { ...turning, heldUntil: now + holdMs }
}

export function isHeld({ heldUntil }: Turning, now: number): boolean {
  return now < heldUntil && heldUntil - now <= holdMs
}

export function isTouched({ touchedUntil }: Turning, now: number): boolean {
  return now < touchedUntil && touchedUntil - now <= touchMs
}

/**
 * Returns the items of page number `page` with room for `rows` rows. Up to a third of the rows hold the first
 * `pressing` items on every page; the other items share the rest. Every item is on some page.
 */
export function pageOf<Item>(
  items: readonly Item[],
  { rows, pressing, page }: { rows: number; pressing: number; page: number },
): { pinned: readonly Item[]; rest: readonly Item[]; pages: number } {
  if (items.length <= rows) return { pinned: [], rest: items, pages: 1 }
  const held = Math.min(pressing, Math.floor(rows / 3))
  const size = Math.max(1, rows - held)
  const pages = Math.ceil((items.length - held) / size)
  const from = held + Math.min(page, pages - 1) * size
  return { pinned: items.slice(0, held), rest: items.slice(from, from + size), pages }
}
