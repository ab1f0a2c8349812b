import { texts } from './texts.ts'

/**
 * The status of a row in one word for people, the same everywhere. A status that this page does not know is shown as the file has it;
 * a file without the column says nothing of it.
 */
export function statusWord(status: string | undefined): string {
  const words: Readonly<Record<string, string>> = texts.status
  if (status === undefined) return texts.status.unknown
  return Object.hasOwn(words, status) ? (words[status] ?? status) : status
}
