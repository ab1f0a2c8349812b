const name = 'sophos-detections:single-keys'

/**
 * Whether `/` and `?` work wherever the focus is. Whoever speaks to a computer, or hits keys by accident, can turn them off (WCAG 2.1.4);
 * kept in the browser, on until then. The keys of a row work only in the table, which needs no switch.
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
