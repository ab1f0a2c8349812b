/** The page's clock: the right time, and one timer for everything on the page that ages. */
export type Ticker = {
  now: () => number
  /**
   * Calls `listener` every second while the tab is visible, and once when it becomes visible. Returns a function that
   * stops the calls.
   */
  subscribe: (listener: () => void) => () => void
}

/** `now` is the corrected time, in ms since 1970. */
export function startTicker(now: () => number, page: Pick<Document, 'hidden' | 'addEventListener'>): Ticker {
  const listeners = new Set<() => void>()
  const tick = () => {
    if (page.hidden) return
    for (const listener of listeners) listener()
  }
  setInterval(tick, 1000)
  page.addEventListener('visibilitychange', tick)
  return {
    now,
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
