import { parseHourly } from './hourly.ts'
import { type Lines, linesOf, reuseLines } from './line-memory.ts'
import { readCsv } from './read-csv.ts'
import { type RowReader, rowReader } from './read-row.ts'
import type { Tenant } from './tenant.ts'
import type { UnreadableWhy } from './why.ts'

export type ParsedDetections = {
  tenants: readonly Tenant[]
  /** What the next reading needs in order to take over unchanged lines; `undefined` where lines and rows are not the same. */
  lines: Lines | undefined
}

/**
 * Reads detections.csv by the names of its columns; all but ID may be missing. A file that is damaged anywhere is refused
 * whole: half a table looks like good news. With the lines of the reading `before`, only the lines that changed are read.
 */
export function parseDetections(text: string, before?: Lines): ParsedDetections | { problem: UnreadableWhy } {
  return (before && reuseLines(before, text, parseLines)) ?? parseWhole(text)
}

function parseWhole(text: string): ParsedDetections | { problem: UnreadableWhy } {
  if (text.trim() === '') return { problem: { kind: 'empty' } }
  if (text.trimStart().startsWith('<')) return { problem: { kind: 'web-page' } }

  const csv = readCsv(text)
  if (!csv) return { problem: { kind: 'damaged' } }
  const [header = [], ...rows] = csv.rows
  if (!header.includes('ID')) return { problem: { kind: 'no-id-column' } }
  if (rows.some(cells => cells.length !== header.length)) return { problem: { kind: 'damaged' } }
  if (!text.endsWith('\n') && endsInsideACell(header, rows.at(-1) ?? []))
    return { problem: { kind: 'damaged' } }

  const tenants = toTenants(rows, rowReader(header), header.indexOf('ID'))
  return { tenants, lines: linesOf(text, csv.lineBreak, header, tenants) }
}

/** The tenants of some lines of a file; `undefined` where they are not one whole row each. */
function parseLines(lines: readonly string[], { header, lineBreak, read }: Lines): Tenant[] | undefined {
  if (lines.length === 0) return []
  const rows = readCsv(lines.join(lineBreak))?.rows
  const whole = rows?.every(cells => cells.length === header.length)
  return whole ? rows?.map(cells => read(cells, cells[0] ?? '')) : undefined
}

function toTenants(rows: readonly (readonly string[])[], read: RowReader, idColumn: number): Tenant[] {
  const seen = new Map<string, number>()
  return rows.map(cells => {
    const id = cells[idColumn] ?? ''
    const before = seen.get(id) ?? 0
    seen.set(id, before + 1)
    return read(cells, before === 0 ? id : `${id}#${before + 1}`)
  })
}

/** The last cell can be cut off and still leave a row with all its cells; then a list of hours is short, or a word is none. */
function endsInsideACell(header: readonly string[], lastRow: readonly string[]): boolean {
  const name = header.at(-1) ?? ''
  const cell = lastRow.at(-1) ?? ''
  if (cell === '') return false
  if (name.startsWith('Hourly')) return parseHourly(cell) === undefined
  return name === 'Migration' && !['not_moved', 'moved', 'not_checked'].includes(cell)
}
