import { findings } from '../../lambda/doctor/finding.ts'
import type { Remedy, SourceReport } from '../../lambda/doctor/report.ts'
import { findingWords, formatAffected, formatCounts } from './words.ts'

const width = 100

/** Formats the report for a terminal: the account, how each API answered, and what to do. */
export function toTerminal(report: SourceReport): string {
  const { identity, listing, summary } = report
  const life = identity?.tokenLifeSeconds
  const scope =
    report.scope === 'all'
      ? 'all tenants'
      : 'a sample of each region and status, and tenants that are not activated'
  return [
    identity
      ? `Credential  ${identity.idType} ${identity.id}${life ? `; token valid for ${Math.round(life / 60)} minutes` : ''}`
      : 'Credential  unknown',
    ...(listing
      ? [
          `Tenants     ${listing.tenants} listed${listing.isComplete ? '' : ' (the list may be incomplete)'}: ${formatCounts(listing.byRegion)}`,
          `Examined    ${summary.examined}: ${scope}`,
        ]
      : []),
    `Calls       ${report.calls.made}, including ${report.calls.retries} retries; ${report.calls.throttled} answered with 429`,
    '',
    ...apiTable(report),
    '',
    ...section(
      'Problems',
      report.remedies.filter(({ mend }) => mend),
      report,
    ),
    ...section(
      'Notes',
      report.remedies.filter(({ mend }) => !mend),
      report,
    ),
    report.message,
    '',
  ].join('\n')
}

/** A row for each API, a column for each finding in the report. */
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
      const evidence = [example?.status, example?.message].filter(Boolean)
      return [
        `  ${api}: ${findingWords[remedy.finding]}`,
        ...wrap(formatAffected(remedy)),
        ...wrap(remedy.text),
        ...wrap(evidence.length > 0 ? `Evidence: ${evidence.join(', ')}` : ''),
        ...wrap(example?.correlationId ? `Correlation id ${example.correlationId}, ${example.at}` : ''),
        '',
      ]
    }),
  ]
}

/** Breaks a text into lines of at most `width`, indented by four. */
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
