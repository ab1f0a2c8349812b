/**
 * Keeps the screen from going dark while the wall is shown. A browser lets go of it whenever the tab is hidden, so it is asked for again. Answers
 * whether the browser can do that at all; one that cannot is the reader's to set up.
 */
export function keepAwake(browser: Pick<Window, 'navigator' | 'document'>): {
  can: boolean
  stop: () => void
} {
  const wakeLock: WakeLock | undefined = browser.navigator.wakeLock
  if (!wakeLock) return { can: false, stop: () => {} }
  let held: WakeLockSentinel | undefined
  let stopped = false
  const ask = async () => {
    if (browser.document.hidden) return
    try {
      held = await wakeLock.request('screen')
      if (stopped) await held.release()
    } catch {
      // Low battery, or not allowed: asked for again with the next return to the tab.
    }
  }
  browser.document.addEventListener('visibilitychange', ask)
  void ask()
  return {
    can: true,
    stop: () => {
      stopped = true
      browser.document.removeEventListener('visibilitychange', ask)
      void held?.release()
    },
  }
}
