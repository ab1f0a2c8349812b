import { findings } from '../../lambda/doctor/finding.ts'
import type { Remedy, SourceReport } from '../../lambda/doctor/report.ts'
import { concerned, findingWords, oneLine, sayCounts } from './words.ts'

const width = 100

/** The report for a terminal: whose credential it is, how each API answered, and what to do. */
export function toTerminal(report: SourceReport): string {
  const { identity, listing, summary } = report
  const life = identity?.tokenLifeSeconds
  const scope =
    report.scope === 'all' ? 'all tenants' : 'a sample of each region and status, and who is not activated'
  return [
    identity
      ? `Credential  ${identity.idType} ${oneLine(identity.id)}${life ? `, its token lives ${Math.round(life / 60)} minutes` : ''}`
      : 'Credential  unknown',
    ...(listing
      ? [
          `Tenants     ${listing.tenants} listed${listing.isComplete ? '' : ' (perhaps not all)'}: ${sayCounts(listing.byRegion)}`,
          `Examined    ${summary.examined}: ${scope}`,
        ]
      : []),
    `Calls       ${report.calls.made}, of them ${report.calls.retries} retries; ${report.calls.throttled} answered 429`,
    '',
    ...apiTable(report),
    '',
    ...section(
      'To mend',
      report.remedies.filter(({ mend }) => mend),
      report,
    ),
    ...section(
      'To know',
      report.remedies.filter(({ mend }) => !mend),
      report,
    ),
    oneLine(report.message),
    '',
  ].join('\n')
}

/** A row for each API, a column for each finding that occurred. */
function apiTable({ apis, summary }: SourceReport): string[] {
  const columns = findings.filter(finding => summary.byFinding[finding])
  const widest = Math.max(...apis.map(({ name }) => name.length), 'API'.length)
  const line = (name: string, cells: readonly string[]) =>
    [
      name.padEnd(widest),
      ...cells.map((cell, i) => cell.padStart(findingWords[columns[i] ?? 'works'].length)),
    ]
      .join('  ')
      .trimEnd()
  return [
    line(
      'API',
      columns.map(finding => findingWords[finding]),
    ),
    line(
      '-'.repeat(widest),
      columns.map(finding => '-'.repeat(findingWords[finding].length)),
    ),
    ...apis.map(({ name, byFinding }) =>
      line(
        name,
        columns.map(finding => `${byFinding[finding] ?? '·'}`),
      ),
    ),
  ]
}

function section(title: string, remedies: readonly Remedy[], { apis }: SourceReport): string[] {
  if (remedies.length === 0) return []
  return [
    title,
    ...remedies.flatMap(remedy => {
      const api = apis.find(({ id }) => id === remedy.api)?.name ?? 'Everything'
      const [example] = remedy.examples
      const said = example ? [example.status, example.message && oneLine(example.message)] : []
      const whom = concerned(remedy)
      return [
        `  ${api}: ${findingWords[remedy.finding]}`,
        ...wrap(whom),
        ...wrap(remedy.text),
        ...wrap(said.some(Boolean) ? `Evidence: ${said.filter(Boolean).join(', ')}` : ''),
        ...wrap(
          example?.correlationId ? `Correlation id ${oneLine(example.correlationId)}, ${example.at}` : '',
        ),
        '',
      ]
    }),
  ]
}

/** Lines of at most the width, set in by four. */
function wrap(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ').filter(Boolean)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`    ${word}`)
  }
  return lines
}
