type Surroundings = {
  shelf: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** Returns whether the server can deliver the page now. */
  serverAnswers: () => Promise<boolean>
  reload: () => void
  wait: (callback: () => void, ms: number) => void
}

const name = 'sophos-detections:reloads'
const firstMs = 15_000
const longestMs = 30 * 60_000

/** Returns the wait before reload number `count` in a row (from 0): twice as long each time, up to half an hour. */
export function reloadPause(count: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(count, 20))
}

/**
 * Reloads the page to recover from errors, and only when the server answers: a page with the last good data is better
 * than the browser's error page. The waits grow and survive each reload, so it never loops.
 */
export function makeReloader({ shelf, serverAnswers, reload, wait }: Surroundings) {
  let planned = false

  async function tryNow() {
    if (!(await serverAnswers())) {
      wait(() => void tryNow(), reloadPause(countOf(shelf)))
      return
    }
    keep(shelf, countOf(shelf) + 1)
    reload()
  }
  return {
    /** Plans a reload. Calling it again while one is planned changes nothing. */
    ask: () => {
      if (planned) return
      planned = true
      wait(() => void tryNow(), reloadPause(countOf(shelf)))
    },
    /** The page has run well for a while: the next error starts with the shortest wait again. */
    well: () => {
      if (!planned) keep(shelf, 0)
    },
  }
}

export type Reloader = ReturnType<typeof makeReloader>

function countOf(shelf: Surroundings['shelf']): number {
  try {
    const count = Number(shelf.getItem(name) ?? 0)
    return Number.isSafeInteger(count) && count > 0 ? count : 0
  } catch {
    return 10 // The browser stores nothing, so this may be the hundredth time: use the longest wait.
  }
}

function keep(shelf: Surroundings['shelf'], count: number): void {
  try {
    if (count === 0) shelf.removeItem(name)
    else shelf.setItem(name, String(count))
  } catch {
    // countOf then returns the longest wait.
  }
}
