import { type RowReader, rowReader } from './read-row.ts'
import type { Tenant } from './tenant.ts'

/** The lines of a file with one row per line, each with the tenant read from it. */
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
 * Returns the lines of a file that was read whole. `undefined` if lines are not rows: a quoted cell has a line break,
 * an ID is there twice, or a line does not start with its ID, as every line of this product does.
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
  // A line break in a cell makes more lines than rows; so does an empty line. Equal numbers rule out both.
  if (lines.length !== tenants.length || header[0] !== 'ID') return undefined
  const rows = toRows(lines, lines.map(beginOf), tenants)
  return rows && { header, headerLine, lineBreak, read: rowReader(header), rows }
}

/**
 * Reads a file and reuses the tenant of each line that is the same, byte by byte, as in the previous file; `parse` gets
 * the other lines. Returns `undefined` if the file must be read whole.
 *
 * The old lines each started and ended outside quotes. The new ones do too if `parse` finds as many rows as it got
 * lines: then each line can be read alone.
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
 * Returns the rows by the start of their lines; `undefined` if two start the same, or if only some IDs are quoted: the
 * same ID could be there twice. Keeps the lines of the new text even for a reused tenant: a slice of the old text would
 * keep all of it in memory.
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

/** Returns the first cell, the ID: much faster to look up than a line of 400 characters. */
function beginOf(line: string): string {
  return line.slice(0, line.indexOf(',') + 1)
}

function splitLines(text: string, lineBreak: string): string[] {
  const lines = text.split(lineBreak)
  if (lines.at(-1) === '') lines.pop()
  return lines
}
