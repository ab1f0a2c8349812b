import { type RowReader, rowReader } from './read-row.ts'
import type { Tenant } from './tenant.ts'

/** The lines of a file in which every line is a row, each with the tenant that it made. */
export type Lines = {
  header: readonly string[]
  headerLine: string
  lineBreak: LineBreak
  read: RowReader
  rows: ReadonlyMap<string, Row>
}

const lineBreaks = ['\r\n', '\n', '\r'] as const
type LineBreak = (typeof lineBreaks)[number]

type Row = { line: string; tenant: Tenant }

/**
 * The lines of a file that was read as a whole. `undefined` where lines are not rows one by one: a cell in quotes has a line
 * break, an ID is there twice, or it does not begin the line, as it does in every file of this product.
 */
export function linesOf(
  text: string,
  brokenBy: string,
  header: readonly string[],
  tenants: readonly Tenant[],
): Lines | undefined {
  const lineBreak = lineBreaks.find(known => known === brokenBy)
  if (!lineBreak) return undefined
  const [headerLine = '', ...lines] = splitLines(text, lineBreak)
  // Line breaks in cells make more lines than rows, and empty lines do too: the same number means that there is neither.
  if (lines.length !== tenants.length || header[0] !== 'ID') return undefined
  const rows = toRows(lines, lines.map(beginOf), tenants)
  return rows && { header, headerLine, lineBreak, read: rowReader(header), rows }
}

/**
 * Reads a file by taking over the tenant of each line that is the same, byte by byte, as in the file before; `parse` gets the
 * other lines. `undefined` where the file has to be read as a whole.
 *
 * The lines before each began and ended outside of quotes. The same holds for the others if `parse` finds as many rows as
 * it got lines: then no line means anything but what it means alone.
 */
export function reuseLines(
  before: Lines,
  text: string,
  parse: (lines: readonly string[], like: Lines) => readonly Tenant[] | undefined,
): { tenants: readonly Tenant[]; lines: Lines } | undefined {
  if (!text.endsWith(before.lineBreak)) return undefined
  const [headerLine, ...lines] = splitLines(text, before.lineBreak)
  if (headerLine !== before.headerLine) return undefined

  const begins = lines.map(beginOf)
  const known = lines.map((line, i) => {
    const row = before.rows.get(begins[i] ?? '')
    return row?.line === line ? row.tenant : undefined
  })
  const others = lines.filter((_, i) => known[i] === undefined)
  const parsed = parse(others, before)
  if (parsed?.length !== others.length) return undefined

  const rest = parsed.values()
  const tenants: Tenant[] = []
  for (const tenant of known) {
    const next = tenant ?? rest.next().value
    if (next) tenants.push(next)
  }
  const rows = toRows(lines, begins, tenants)
  return rows && { tenants, lines: { ...before, rows } }
}

/**
 * The rows by the beginnings of their lines; `undefined` where two begin alike, or where some IDs stand in quotes and others do
 * not: one ID could be there twice. The lines are those of the new text even where the tenant is an old one: a part of a text
 * keeps the whole of it in memory.
 */
function toRows(
  lines: readonly string[],
  begins: readonly string[],
  tenants: readonly Tenant[],
): Map<string, Row> | undefined {
  const quoted = begins[0]?.startsWith('"')
  const rows = new Map<string, Row>()
  for (const [i, tenant] of tenants.entries()) {
    const line = lines[i]
    const begin = begins[i]
    if (line === undefined || begin?.startsWith('"') !== quoted) return undefined
    rows.set(begin ?? '', { line, tenant })
  }
  return rows.size === tenants.length ? rows : undefined
}

/** The first cell, which is the ID: far quicker to look up than a line of 400 characters. */
function beginOf(line: string): string {
  return line.slice(0, line.indexOf(',') + 1)
}

function splitLines(text: string, lineBreak: string): string[] {
  const lines = text.split(lineBreak)
  if (lines.at(-1) === '') lines.pop()
  return lines
}
