/**
 * What has no shape on the screen: control characters, and what Unicode says to leave out where it is not supported (zero
 * width, direction, tags, variants, fillers; unicode.org/reports/tr44, Default_Ignorable_Code_Point), and the three marks of
 * annotations. In foreign text they only hide, reorder or command.
 */
const unseen = String.raw`\p{Cc}\p{Default_Ignorable_Code_Point}\u{FFF9}-\u{FFFB}`
const invisible = new RegExp(`[${unseen}]`, 'gu')
const lineBreaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu

/**
 * Foreign text as plain text on one line: line breaks and tabs become a space, what cannot be seen goes, and what is longer
 * than `most` UTF-16 units is cut, with "…" at the cut. Each exit adds what its own syntax needs (`exits.ts`).
 */
export const plainText = (text: string, most = usualMost): string =>
  clip(text.toWellFormed().replace(lineBreaks, ' ').replace(invisible, '').trim(), most)

/** Whether the character with this code, or the half of one, is none that `plainText` leaves. */
export const isTakenOut = (code: number): boolean =>
  code < 0x20 || (code >= 0x7f && takenOut.test(String.fromCharCode(code)))
const takenOut = new RegExp(String.raw`[${unseen}\p{Cs}\u2028\u2029]`, 'u')

/** A sentence, with room for a name or an address in it. */
export const usualMost = 500

/** Cuts at `most` UTF-16 units, never between the two halves of a character. */
export const clip = (text: string, most: number): string =>
  text.length <= most
    ? text
    : `${text
        .slice(0, most)
        .toWellFormed()
        .replace(/\uFFFD$/, '')
        .trimEnd()}…`
