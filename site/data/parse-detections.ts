import { type Lines, linesOf, reuseLines } from './line-memory.ts'
import { readCsv } from './read-csv.ts'
import { rowReader } from './read-row.ts'
import type { Tenant } from './tenant.ts'
import type { UnreadableWhy } from './why.ts'

export type ParsedDetections = {
  tenants: readonly Tenant[]
  /** Needed to reuse unchanged lines in the next file; `undefined` if lines are not rows. */
  lines: Lines | undefined
}

/**
 * Reads detections.csv by column name; every column but ID is optional. Refuses a file that is damaged anywhere: half a
 * table looks like good news. With the lines `before`, reads only the lines that changed.
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
  if (isCutOff(text, header)) return { problem: { kind: 'damaged' } }

  const keys = rowKeys(header, rows)
  const read = rowReader(header)
  const tenants = rows.map((cells, i) => read(cells, keys[i] ?? ''))
  return { tenants, lines: linesOf(text, csv.lineBreak, header, tenants) }
}

/** Returns the tenants of some lines; `undefined` if the lines are not one whole row each. */
function parseLines(lines: readonly string[], { header, lineBreak, read }: Lines): Tenant[] | undefined {
  if (lines.length === 0) return []
  const rows = readCsv(lines.join(lineBreak))?.rows
  const whole = rows?.every(cells => cells.length === header.length)
  return whole ? rows?.map(cells => read(cells, cells[0] ?? '')) : undefined
}

/** Returns a key for each row: its ID, with a number added if the ID is there more than once. */
export function rowKeys(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const idColumn = header.indexOf('ID')
  const seen = new Map<string, number>()
  return rows.map(cells => {
    const id = cells[idColumn] ?? ''
    const count = (seen.get(id) ?? 0) + 1
    seen.set(id, count)
    return count === 1 ? id : `${id}#${count}`
  })
}

/**
 * A file can be cut off inside its last cell and still have all cells. The collector's file has a Status column and
 * ends with a line break; a file made elsewhere may end in any way.
 */
const isCutOff = (text: string, header: readonly string[]): boolean =>
  header.includes('Status') && !/[\r\n]$/.test(text)
