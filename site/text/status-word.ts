import { texts } from './texts.ts'

/**
 * Returns the status of a row as one word, the same on every view. Returns a status that the page does not know as it is in the file, and
 * "unknown" if the file has no status.
 */
export function statusWord(status: string | undefined): string {
  const words: Readonly<Record<string, string>> = texts.status
  if (status === undefined) return texts.status.unknown
  return Object.hasOwn(words, status) ? (words[status] ?? status) : status
}
