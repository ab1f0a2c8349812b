import Papa from 'papaparse'
import type { Column, Row } from './published-dataset.ts'

/**
 * The whole file: RFC 4180, UTF-8, the rows in the order given. As bytes: a text of thousands of rows would be in memory
 * several times over before the last of them is sent.
 */
export function toCsv(columns: readonly Column[], rows: readonly Row[]): Uint8Array {
  const parts = [bytes([columns.map(([name]) => name)])]
  // In batches, so that the cells of thousands of rows are never in memory all at once.
  for (let from = 0; from < rows.length; from += batch) {
    parts.push(bytes(rows.slice(from, from + batch).map(row => columns.map(([, cell]) => cell(row)))))
  }
  return Buffer.concat(parts)
}

const batch = 500
const newline = '\r\n'
const bytes = (cells: readonly string[][]): Buffer =>
  Buffer.from(Papa.unparse([...cells], { newline }) + newline)

/** The cell of a number. Unknown is empty, never a zero. */
export const number = (value: number | undefined): string => (value === undefined ? '' : String(value))

/** The cell of a time in milliseconds since the epoch: ISO 8601, UTC. */
export const time = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms).toISOString())

/**
 * Foreign text for a spreadsheet: without control characters, and with `'` before what a spreadsheet would run as a
 * formula (owasp.org/www-community/attacks/CSV_Injection).
 */
export function safeText(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim()
  return /^[=+\-@\t\r]/.test(text) || /^[=+\-@]/.test(clean) ? `'${clean}` : clean
}
