import type { Cell, Column, Row } from './published-dataset.ts'
import { safeText } from './safe-text.ts'

/**
 * The whole file: RFC 4180, UTF-8 with a byte order mark, the rows in the order given. Texts are made safe and quoted,
 * numbers are bare, and unknown is empty. As bytes: a text of thousands of rows would be in memory several times over
 * before the last of them is sent.
 */
export const toCsv = (columns: readonly Column[], rows: readonly Row[]): Uint8Array =>
  toBytes(columns, rows, cell =>
    typeof cell === 'string' ? cell && quoted(safeText(cell)) : String(cell ?? ''),
  )

/**
 * The bytes of a file with a header, each cell written by `write`. The byte order mark tells Excel that it is UTF-8; with
 * the quotes around the first name it also keeps Excel from taking a file that begins with ID for another format, SYLK.
 */
export function toBytes(
  columns: readonly Column[],
  rows: readonly Row[],
  write: (cell: Cell) => string,
): Uint8Array {
  const toLine = (row: Row) => `${columns.map(([, cell]) => write(cell(row))).join(',')}\r\n`
  const parts = [Buffer.from(`\uFEFF${columns.map(([name]) => quoted(name)).join(',')}\r\n`)]
  // In batches, so that the cells of thousands of rows are never in memory all at once.
  for (let from = 0; from < rows.length; from += batch) {
    const lines = rows.slice(from, from + batch).map(toLine)
    parts.push(Buffer.from(lines.join('')))
  }
  return Buffer.concat(parts)
}

const batch = 500

/** A text in quotes, as RFC 4180 has it. */
export const quoted = (text: string): string => `"${text.includes('"') ? text.replaceAll('"', '""') : text}"`

/** The cell of a time in milliseconds since the epoch: ISO 8601, UTC. */
export const time = (ms: number | undefined): Cell =>
  ms === undefined ? undefined : new Date(ms).toISOString()
