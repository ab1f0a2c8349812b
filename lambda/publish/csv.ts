import Papa from 'papaparse'
import { hourlyTotals, severities } from '../detections.ts'
import type { Tenant } from '../tenant.ts'

/**
 * The columns of detections.csv. The first eight are the community script's, in its order, so that its page and every
 * sheet built on it go on working; more may follow, only at the end.
 */
const columns: readonly (readonly [name: string, cell: (tenant: Tenant) => string])[] = [
  ['ID', tenant => safeText(tenant.id)],
  ['Detections_Critical', tenant => number(tenant.counts?.bySeverity?.critical)],
  ['Detections_High', tenant => number(tenant.counts?.bySeverity?.high)],
  ['Detections_Medium', tenant => number(tenant.counts?.bySeverity?.medium)],
  ['Detections_Low', tenant => number(tenant.counts?.bySeverity?.low)],
  ['Detections_Info', tenant => number(tenant.counts?.bySeverity?.info)],
  ['Detections_Total', tenant => number(tenant.counts?.total)],
  ['Name', tenant => safeText(tenant.name)],
  ['Status', tenant => tenant.status],
  ['Reason', tenant => safeText(tenant.reason ?? '')],
  ['Collected_At', tenant => (tenant.counts ? new Date(tenant.counts.collectedAt).toISOString() : '')],
  ['Region', tenant => safeText(tenant.region ?? '')],
  ['Method', tenant => tenant.counts?.method ?? ''],
  ['Hourly', tenant => (tenant.counts ? hourlyTotals(tenant.counts).join(' ') : '')],
]

/** The whole file: RFC 4180, UTF-8, rows sorted worst first. Unknown is an empty cell, never a zero. */
export function toCsv(tenants: readonly Tenant[]): string {
  const rows = [...tenants].sort(worstFirst).map(tenant => columns.map(([, cell]) => cell(tenant)))
  return `${Papa.unparse([columns.map(([name]) => name), ...rows], { newline: '\r\n' })}\r\n`
}

const number = (value: number | undefined): string => (value === undefined ? '' : String(value))

/**
 * Foreign text for a spreadsheet: without control characters, and with `'` before what a spreadsheet would run as a
 * formula (owasp.org/www-community/attacks/CSV_Injection).
 */
export function safeText(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim()
  return /^[=+\-@\t\r]/.test(text) || /^[=+\-@]/.test(clean) ? `'${clean}` : clean
}

/**
 * Worst first: by critical, high, medium, low, info, as numbers, then by name. Severities that Sophos did not tell come
 * after every number, rows without any counts last of all.
 */
function worstFirst(a: Tenant, b: Tenant): number {
  if (!a.counts !== !b.counts) return a.counts ? -1 : 1
  for (const severity of severities) {
    const difference = (b.counts?.bySeverity?.[severity] ?? -1) - (a.counts?.bySeverity?.[severity] ?? -1)
    if (difference !== 0) return difference
  }
  return byName.compare(a.name, b.name) || (a.id < b.id ? -1 : 1)
}

const byName = new Intl.Collator('en', { numeric: true })
