const name = 'sophos-detections:single-keys'

/**
 * Returns whether `/` and `?` work anywhere on the page. Users of speech input, or users who hit keys by accident, can
 * turn them off (WCAG 2.1.4). On by default, stored in the browser. The keys of a row work only in the table, so they
 * need no switch.
 */
export function singleKeysAreOn(): boolean {
  try {
    return localStorage.getItem(name) !== 'off'
  } catch {
    return true // A browser that blocks storage cannot have stored a choice.
  }
}

export function switchSingleKeys(on: boolean): void {
  try {
    localStorage.setItem(name, on ? 'on' : 'off')
  } catch {
    // The browser stores nothing: the setting stays as it is.
  }
}
