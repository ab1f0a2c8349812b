/**
 * What has no shape on the screen: control characters, and what Unicode says to leave out where it is not supported (zero
 * width, direction, tags, variants, fillers; unicode.org/reports/tr44, Default_Ignorable_Code_Point), and the three marks of
 * annotations. In foreign text they only hide, reorder or command.
 */
const invisible = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u{FFF9}-\u{FFFB}]/gu
/** U+FEFF is a space to JavaScript, but a mark without width to everybody else. */
const spaces = /[^\S\u{FEFF}\u{180E}]+/gu

/**
 * Foreign text as plain text on one line: line breaks and runs of spaces become one space, what cannot be seen goes, and what
 * is longer than `most` UTF-16 units is cut, with "…" at the cut. Every exit has a syntax of its own on top of that (`exits.ts`).
 */
export const plainText = (text: string, most = usualMost): string =>
  clip(text.toWellFormed().replace(spaces, ' ').replace(invisible, '').replace(/ +/g, ' ').trim(), most)

/** A sentence, with room for a name or an address in it. */
const usualMost = 500

/** Cuts at `most` UTF-16 units, never between the two halves of a character. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text
    .slice(0, most)
    .toWellFormed()
    .replace(/\uFFFD$/u, '')
    .trimEnd()}…`
}
