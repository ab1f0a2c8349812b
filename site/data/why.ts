/** Why a file could not be had, to be told in the reader's language where it is drawn. */
export type Why =
  | { kind: 'timeout'; seconds: number }
  | { kind: 'unreachable' }
  | { kind: 'sign-in' }
  /** The server answered with a status that is no good. */
  | { kind: 'status'; code: number }
  /** The file was there once, and is not any more (403 or 404). */
  | { kind: 'gone'; code: number }
  /** The server says that nothing changed (304), though it never sent the file. */
  | { kind: 'unfounded-304' }
  | UnreadableWhy

/** Why a text that came is not the file that it should be. */
export type UnreadableWhy = {
  kind: 'web-page' | 'empty' | 'no-id-column' | 'damaged' | 'no-json-object'
}

/** Returns whether two reasons are the same. A lasting reason is shown once. */
export function sameWhy(a: Why, b: Why): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
