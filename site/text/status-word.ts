const words: Readonly<Record<string, string>> = {
  ok: 'OK',
  pending: 'Waiting',
  inactive: 'Inactive',
  forbidden: 'No access',
  not_found: 'Not found',
  moved: 'Moved',
  throttled: 'Throttled',
  failed: 'Failed',
}

/** The status of a row in a word for people. A status that this page does not know is shown as the file has it. */
export function statusWord(status: string): string {
  return Object.hasOwn(words, status) ? (words[status] ?? status) : status
}
