/** How long a page stands: enough to read a dozen rows from afar. */
export const pageMs = 12_000
/** How long the page stays after the last mouse move or key. A mouse that lies still does not hold it. */
const touchMs = 30_000
/** Longer than a talk in front of the wall, but limited: a forgotten pause must end by itself. */
const holdMs = 10 * 60_000

/** Where the wall stands: `heldUntil` by the button or the space bar, `touchedUntil` by a hand that moves. Times in ms since 1970. */
export type Turning = { page: number; since: number; heldUntil: number; touchedUntil: number }

/** The same a moment later, among `pages` pages; the very same object where nothing is to be done. */
export function turn(turning: Turning, now: number, pages: number): Turning {
  const page = turning.page < pages ? turning.page : 0
  const stepped = now < turning.since // The clock was put right.
  const due = !isHeld(turning, now) && !isTouched(turning, now) && now - turning.since >= pageMs
  if (due && pages > 1) return { ...turning, page: (page + 1) % pages, since: now }
  return page === turning.page && !stepped ? turning : { ...turning, page, since: now }
}

/** One page on (1) or back (-1) by hand. */
export function turnBy(turning: Turning, step: 1 | -1, now: number, pages: number): Turning {
  const page = (turning.page + step + pages) % Math.max(1, pages)
  return { ...turning, page, since: now, touchedUntil: now + touchMs }
}

/** The user moved the mouse: the page stays, to be read. */
export function touch(turning: Turning, now: number): Turning {
  const touchedUntil = now + touchMs
  // A mouse moves a hundred times a second; a second more or less is nothing.
  return isTouched(turning, now) && touchedUntil - turning.touchedUntil < 1000
    ? turning
    : { ...turning, touchedUntil }
}

/** Stops the turning, or starts it again. */
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
 * What is on page number `page` where `rows` rows fit: up to a third of the rows hold the first `pressing` items on every page, and
 * the others go through all that is left. Every item is on some page.
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
