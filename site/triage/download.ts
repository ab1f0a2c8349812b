import type { BySeverity, Tenant } from '../data/tenant.ts'

/** The columns of detections.csv, in its order: what was downloaded can be read by whatever reads the file. */
const columns: readonly (readonly [name: string, cell: (tenant: Tenant) => string | number])[] = [
  ['ID', tenant => safe(tenant.id)],
  ['Detections_Critical', tenant => tenant.counts.critical ?? ''],
  ['Detections_High', tenant => tenant.counts.high ?? ''],
  ['Detections_Medium', tenant => tenant.counts.medium ?? ''],
  ['Detections_Low', tenant => tenant.counts.low ?? ''],
  ['Detections_Info', tenant => tenant.counts.info ?? ''],
  ['Detections_Total', tenant => tenant.total ?? ''],
  ['Name', tenant => safe(tenant.name)],
  ['Status', tenant => safe(tenant.status)],
  ['Reason', tenant => safe(tenant.reason)],
  ['Collected_At', tenant => time(tenant.collectedAt)],
  ['Region', tenant => safe(tenant.region)],
  ['Method', tenant => safe(tenant.method)],
  ['Hourly', tenant => tenant.hourly?.join(' ') ?? ''],
  ['Source', tenant => safe(tenant.source)],
  ['New_Critical', tenant => tenant.news?.bySeverity.critical ?? ''],
  ['New_High', tenant => tenant.news?.bySeverity.high ?? ''],
  ['New_Medium', tenant => tenant.news?.bySeverity.medium ?? ''],
  ['New_Low', tenant => tenant.news?.bySeverity.low ?? ''],
  ['New_Info', tenant => tenant.news?.bySeverity.info ?? ''],
  ['New_Total', tenant => tenant.news?.total ?? ''],
  ['New_Since', tenant => time(tenant.news?.since)],
  ['Hourly_Critical', tenant => hours(tenant.hourlyBySeverity, 'critical')],
  ['Hourly_High', tenant => hours(tenant.hourlyBySeverity, 'high')],
  ['Hourly_Medium', tenant => hours(tenant.hourlyBySeverity, 'medium')],
  ['Hourly_Low', tenant => hours(tenant.hourlyBySeverity, 'low')],
  ['Hourly_Info', tenant => hours(tenant.hourlyBySeverity, 'info')],
  ['Migration', tenant => safe(tenant.migration)],
]

/** These tenants as CSV, in this order (RFC 4180). Unknown is an empty cell, never a zero. */
export function toCsv(tenants: readonly Tenant[]): string {
  const rows = tenants.map(tenant => columns.map(([, cell]) => quoted(cell(tenant))).join(','))
  return [columns.map(([name]) => name).join(','), ...rows, ''].join('\r\n')
}

function quoted(cell: string | number): string {
  const text = String(cell)
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Foreign text with `'` before what a spreadsheet would run as a formula, as the file has it (owasp.org/www-community/attacks/CSV_Injection). */
function safe(text = ''): string {
  const clean = text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ').replace(/\p{Cc}/gu, '')
  return /^\s*[=+\-@]/.test(clean) ? `'${clean}` : clean
}

function time(at: number | undefined): string {
  return at === undefined ? '' : new Date(at).toISOString()
}

function hours(
  bySeverity: BySeverity<readonly number[]> | undefined,
  severity: keyof BySeverity<unknown>,
): string {
  return bySeverity?.[severity].join(' ') ?? ''
}
