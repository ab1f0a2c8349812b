import { quoted, toBytes } from './csv.ts'
import type { Column, Row } from './published-dataset.ts'
import { safeText } from './safe-text.ts'

/**
 * The file for pages and sheets built for the community script's: every cell quoted, as its Export-Csv quotes them, and only
 * rows of which every cell is known. Those pages add up an empty cell as 0 or as NaN, and put names into HTML as they are.
 */
export function toCommunityCsv(columns: readonly Column[], rows: readonly Row[]): Uint8Array {
  const known = rows.filter(row => columns.every(([, cell]) => cell(row) !== undefined))
  return toBytes(columns, known, cell => quoted(inert(safeText(String(cell)))))
}

/**
 * Returns a text that stays text in HTML, between tags and in a quoted attribute, and in a quoted string of a script: with
 * look-alikes for what ends one of these or begins another. `&` stays, except where HTML would read a character by its name.
 */
const inert = (text: string): string =>
  text.replace(/[<>"'`\\]|&(?=#|\w+;|lt|gt|quot)/gi, mark => lookAlikes[mark] ?? '')

const lookAlikes: Readonly<Record<string, string>> = {
  '<': '‹',
  '>': '›',
  '"': '”',
  "'": '’',
  '`': '‘',
  '\\': '＼',
  '&': '＆',
}
