import Papa from 'papaparse'
import type { Severity, Tenant } from './tenant.ts'

export type ParsedDetections = { tenants: Tenant[] } | { problem: string }

const hours = 24

/**
 * Reads detections.csv by the names of its columns; all but ID may be missing. A file that is damaged anywhere is refused
 * whole, with the problem in words that end a sentence ("the answer is empty"): half a table looks like good news.
 */
export function parseDetections(text: string): ParsedDetections {
  if (text.trim() === '') return { problem: 'the answer is empty' }
  if (text.trimStart().startsWith('<')) return { problem: 'the answer is a web page and not a CSV file' }

  const { data, meta, errors } = Papa.parse<Record<string, string>>(text, {
    header: true,
    delimiter: ',',
    skipEmptyLines: 'greedy',
  })
  if (!meta.fields?.includes('ID')) return { problem: 'the answer has no column ID' }
  if (errors.length > 0 || endsInsideHourly(text, data.at(-1)))
    return { problem: 'the file is damaged or cut off' }

  const seen = new Map<string, number>()
  return { tenants: data.map(cells => toTenant(cells, seen)) }
}

function toTenant(cells: Record<string, string>, seen: Map<string, number>): Tenant {
  const id = cells.ID ?? ''
  const before = seen.get(id) ?? 0
  seen.set(id, before + 1)
  const count = (severity: Capitalize<Severity>) => wholeNumber(cells[`Detections_${severity}`])
  return {
    key: before === 0 ? id : `${id}#${before + 1}`,
    name: unguarded(cells.Name ?? '').trim() || id || 'Unnamed tenant',
    counts: {
      critical: count('Critical'),
      high: count('High'),
      medium: count('Medium'),
      low: count('Low'),
      info: count('Info'),
    },
    total: wholeNumber(cells.Detections_Total),
    status: cells.Status?.trim() || undefined,
    reason: unguarded(cells.Reason ?? '').trim(),
    collectedAt: instant(cells.Collected_At),
    hourly: hourlyTotals(cells.Hourly),
  }
}

/** The file guards a cell that a spreadsheet would take for a formula with `'`; on a page it is harmless, and noise. */
function unguarded(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell
}

function wholeNumber(cell: string | undefined): number | undefined {
  return cell !== undefined && /^\s*\d{1,15}\s*$/.test(cell) ? Number(cell) : undefined
}

function instant(cell: string | undefined): number | undefined {
  const at = Date.parse(cell ?? '')
  return Number.isNaN(at) ? undefined : at
}

function hourlyTotals(cell: string | undefined): number[] | undefined {
  const totals = (cell ?? '').trim().split(/\s+/).map(wholeNumber)
  const known = totals.filter(total => total !== undefined)
  return known.length === hours && totals.length === hours ? known : undefined
}

/** The last column can be cut off and still leave a row with all its cells; then the list is short and no line end follows. */
function endsInsideHourly(text: string, lastRow: Record<string, string> | undefined): boolean {
  const hourly = lastRow?.Hourly ?? ''
  return hourly !== '' && !text.endsWith('\n') && hourlyTotals(hourly) === undefined
}
