/**
 * Keeps the screen on while the wall is shown. A browser stops doing so when the tab is hidden, so this asks again on
 * return. Reports whether the browser can do it; if not, the user must change the settings of the device.
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
      // Low battery, or not allowed: the next return to the tab asks again.
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
