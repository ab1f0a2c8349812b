import { plainText, usualMost } from '../text/plain.ts'

/**
 * Returns foreign text for the cell of a file that a spreadsheet may open: plain, on one line, and with `'` wherever the
 * spreadsheet would run a formula. Each such `'` can be taken away again: a text that has one there gets a second one.
 */
export function safeText(text: string): string {
  if (text.length <= usualMost && !doubtful.test(text)) return text
  const safe = plainText(text).replace(formula, "$1$2'")
  // A cell that would begin with tab or CR has `'` in their place, whatever follows them.
  return /^[\t\r]/.test(text) && !safe.startsWith("'") ? `'${safe}` : safe
}

/**
 * A cell that begins with one of these is run as a formula (owasp.org/www-community/attacks/CSV_Injection), and the
 * spreadsheet says where a cell begins. If its list separator is `;`, as in German, French and Spanish, `"Acme;=1+1;x"` is
 * three cells, the second a formula: quotes count only at the beginning of a cell. So a formula can begin after any
 * separator or quote, and after spaces behind one. Tabs and line breaks are no longer there.
 */
const formula = /(^|[,;|"])(\s*)(?='*[=+\-@＝＋－＠])/g

/** Most texts are ids, times and plain names, which need nothing; to see so is much faster than to clean them. */
const doubtful = /^\W|[^\w .:/-]| $/
