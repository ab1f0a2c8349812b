import Papa from 'papaparse'

const columns = [
  ['Critical', 'Detections_Critical'],
  ['High', 'Detections_High'],
  ['Medium', 'Detections_Medium'],
  ['Low', 'Detections_Low'],
  ['Info', 'Detections_Info'],
  ['Total', 'Detections_Total'],
] as const

/** Formats the CSV as the table of the community script: right-aligned counts, then the name; "?" if unknown. */
export function toTable(csv: string): string {
  const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true })
  const cell = (row: Record<string, string>, column: string) => row[column] || '?'
  const widths = columns.map(([title, column]) =>
    Math.max(title.length, ...data.map(row => cell(row, column).length)),
  )
  const line = (cells: readonly string[], rest: string) =>
    `${cells.map((text, i) => text.padStart(widths[i] ?? 0)).join('  ')}  ${rest}`.trimEnd()

  return [
    line(
      columns.map(([title]) => title),
      'Name',
    ),
    line(
      widths.map(width => '-'.repeat(width)),
      '----',
    ),
    ...data.map(row =>
      line(
        columns.map(([, column]) => cell(row, column)),
        row.Status === 'ok'
          ? (row.Name ?? '')
          : `${row.Name} (${row.Status?.replace('_', ' ')}: ${row.Reason})`,
      ),
    ),
    '',
  ].join('\n')
}
