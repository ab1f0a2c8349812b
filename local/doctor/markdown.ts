import { documentation } from '../../lambda/doctor/catalogue.ts'
import { findings } from '../../lambda/doctor/finding.ts'
import type { Remedy, SourceReport } from '../../lambda/doctor/report.ts'
import { forMarkdown, forMarkdownCode } from '../../lambda/text/exits.ts'
import { findingWords, formatAffected, formatCounts } from './words.ts'

/** access-report.md: the summary, what to do, how each API answered, and the matrix of tenants and APIs. */
export function toMarkdown(report: SourceReport): string {
  const { identity, listing, calls } = report
  const problems = report.remedies.filter(remedy => remedy.mend)
  const notes = report.remedies.filter(remedy => !remedy.mend)
  return [
    '# Access report',
    '',
    forMarkdown(report.message),
    '',
    `- Credential: ${identity ? `${identity.idType} ${forMarkdownCode(identity.id)}` : 'unknown'}`,
    ...(identity?.tokenLifeSeconds ? [`- Token valid for ${identity.tokenLifeSeconds} seconds`] : []),
    ...(listing
      ? [
          `- Tenants: ${listing.tenants}${listing.isComplete ? '' : ' (the list may be incomplete)'}; by region: ${forMarkdown(formatCounts(listing.byRegion))}; by Sophos' status: ${forMarkdown(formatCounts(listing.byStatus))}`,
        ]
      : []),
    `- Examined: ${report.summary.examined} (${report.scope === 'all' ? 'all' : 'a sample of each region and status'})`,
    `- Calls: ${calls.made}, including ${calls.retries} retries; ${calls.throttled} answered with 429`,
    `- From ${report.startedAt} to ${report.writtenAt}, version ${report.version}${report.demo ? ', **simulated**' : ''}`,
    '',
    ...section('Problems', problems, report),
    ...section('Notes', notes, report),
    '## By API',
    '',
    `The last column is the name in the official collection, ${documentation}.`,
    '',
    ...apiTable(report),
    '',
    ...matrix(report),
  ].join('\n')
}

function section(title: string, remedies: readonly Remedy[], { apis }: SourceReport): string[] {
  if (remedies.length === 0) return []
  return [
    `## ${title}`,
    '',
    ...remedies.flatMap(remedy => [
      `### ${apis.find(({ id }) => id === remedy.api)?.name ?? 'Everything'}: ${findingWords[remedy.finding]}`,
      '',
      ...(remedy.tenants > 0 ? [forMarkdown(formatAffected(remedy)), ''] : []),
      remedy.text,
      '',
      ...remedy.examples.map(({ tenant, status, message, correlationId, at }) =>
        [
          `- ${at}`,
          tenant && forMarkdownCode(tenant),
          status && `HTTP ${status}`,
          message && forMarkdown(message),
          correlationId && `correlation id ${forMarkdownCode(correlationId)}`,
        ]
          .filter(Boolean)
          .join(', '),
      ),
      '',
    ]),
  ]
}

function apiTable({ apis, summary }: SourceReport): string[] {
  const columns = findings.filter(finding => summary.byFinding[finding])
  return table(
    ['API', 'Path', ...columns.map(finding => findingWords[finding]), 'Needs', 'Documented as'],
    apis.map(({ name, method, path, needs, documentedAs, byFinding }) => [
      name,
      forMarkdownCode(`${method} ${path}`),
      ...columns.map(finding => `${byFinding[finding] ?? ''}`),
      needs,
      documentedAs,
    ]),
  )
}

function matrix({ apis, tenants }: SourceReport): string[] {
  const columns = apis.filter(({ level }) => level === 'tenant')
  if (tenants.length === 0) return []
  const rows = tenants.map(({ id, name, region, findings: found }) => [
    forMarkdown(name),
    forMarkdownCode(id),
    forMarkdown(region),
    ...columns.map(api => {
      const finding = found[api.id]
      return finding ? findingWords[finding] : ''
    }),
  ])
  return [
    '## Tenants',
    '',
    ...table(['Tenant', 'Id', 'Region', ...columns.map(({ name }) => name)], rows),
    '',
  ]
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`)
