/** Why a file did not arrive. The view shows it in the reader's language. */
export type Why =
  | { kind: 'timeout'; seconds: number }
  | { kind: 'unreachable' }
  | { kind: 'sign-in' }
  /** The server answered with an error status. */
  | { kind: 'status'; code: number }
  /** The file was there before and is gone (403 or 404). */
  | { kind: 'gone'; code: number }
  /** The server says that nothing changed (304), but it never sent the file. */
  | { kind: 'unfounded-304' }
  | UnreadableWhy

/** Why a text is not the expected file. */
export type UnreadableWhy = {
  kind: 'web-page' | 'empty' | 'no-id-column' | 'damaged' | 'no-json-object'
}

/** Returns whether two reasons are the same. A lasting reason is shown once. */
export function sameWhy(a: Why, b: Why): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
