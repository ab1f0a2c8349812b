/**
 * Returns whether a spreadsheet that opens a CSV file would take a text for a number, a date, a time or a truth value and
 * show something else: 7 for 007, 100000 for 1e5, 10 March for MAR10. Spreadsheets differ, and each follows the language of
 * its machine, so this takes the forms that at least one of them is known to convert. `months`: names of months in lower case.
 */
export function isConverted(text: string, months: readonly string[]): boolean {
  if (/^(true|false|wahr|falsch|vrai|faux|verdadero|falso|#[a-z/0]+[!?a])$/i.test(text)) return true
  const rest = text.replace(/\p{L}{3,}/gu, word => (isMonth(word, months) ? '' : word)).replace(inNumbers, '')
  return numberLike.test(rest) && /\p{Nd}/u.test(rest)
}

/** No date has three hyphens, but an id has; and a text with `'` at its beginning is taken for text. */
const numberLike = /^(?!'|(?:[^-]*-){3})[\p{Nd}\p{Sc}\s.,:/%()+\-'’]+$/u

/** Also a beginning of one, from three letters on: SEPT2 is a date. */
const isMonth = (word: string, months: readonly string[]): boolean =>
  months.some(month => month.startsWith(word.toLowerCase()))

/** Letters that are part of a number, a time, or a Japanese date. */
const inNumbers =
  /(?<=\p{Nd}\.?)e(?=[+-]?\p{Nd})|(?<=\p{Nd}\s)[ap]m?$|(?<=\p{Nd})(?:t(?=\p{Nd})|z$|[年月日時分秒])|^(?:[rhs]|令和|平成|昭和)(?=\p{Nd}+[./年-])/giu

/**
 * Returns the names of the months in these languages, long and short, in lower case. Takes languages with or without a
 * region, such as `de-AT`, and passes over everything else: browsers also name what is no language, such as `en-US@posix`.
 */
export const monthNames = (languages: readonly string[]): string[] =>
  languages
    .filter(language => /^[a-z]{2,3}(-[a-z]{2})?$/i.test(language))
    .flatMap(language =>
      (['long', 'short'] as const).flatMap(month => {
        const format = new Intl.DateTimeFormat(language, { month, timeZone: 'UTC' })
        return Array.from({ length: 12 }, (_, i) => format.format(Date.UTC(2026, i)).toLowerCase())
      }),
    )
