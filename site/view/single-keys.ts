const name = 'sophos-detections:single-keys'

/**
 * Whether `/` and `?` work anywhere on the page. Users of speech input, or users who hit keys by accident, can turn them off (WCAG 2.1.4).
 * On by default, stored in the browser. The keys of a row work only in the table, which needs no switch.
 */
export function singleKeysAreOn(): boolean {
  try {
    return localStorage.getItem(name) !== 'off'
  } catch {
    return true // A browser that forbids storage keeps no wish either.
  }
}

export function switchSingleKeys(on: boolean): void {
  try {
    localStorage.setItem(name, on ? 'on' : 'off')
  } catch {
    // Nothing can be kept: the keys stay as they are.
  }
}
