import Papa from 'papaparse'
import { type Hour, hourlyCounts } from '../sophos/detections.ts'
import type { Row } from './rows.ts'

/**
 * The columns of detections.csv. The first eight are the community script's, in its order, so that its page and every
 * sheet built on it go on working; more may follow, only at the end.
 */
const columns: readonly (readonly [name: string, cell: (tenant: Row) => string])[] = [
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
  ['Hourly', tenant => hours(tenant, hour => hour.total)],
  ['Source', tenant => tenant.source],
  ['New_Critical', tenant => number(tenant.news?.bySeverity.critical)],
  ['New_High', tenant => number(tenant.news?.bySeverity.high)],
  ['New_Medium', tenant => number(tenant.news?.bySeverity.medium)],
  ['New_Low', tenant => number(tenant.news?.bySeverity.low)],
  ['New_Info', tenant => number(tenant.news?.bySeverity.info)],
  ['New_Total', tenant => number(tenant.news?.total)],
  ['New_Since', tenant => (tenant.news ? new Date(tenant.news.since).toISOString() : '')],
  ['Hourly_Critical', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.critical)],
  ['Hourly_High', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.high)],
  ['Hourly_Medium', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.medium)],
  ['Hourly_Low', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.low)],
  ['Hourly_Info', tenant => hours(tenant, ({ bySeverity }) => bySeverity?.info)],
  ['Migration', tenant => tenant.migration.state],
]

/** The whole file: RFC 4180, UTF-8, the rows in the order given. Unknown is an empty cell, never a zero. */
export function toCsv(rows: readonly Row[]): string {
  let csv = lines([columns.map(([name]) => name)])
  // In batches, so that the cells of thousands of rows are never in memory all at once.
  for (let from = 0; from < rows.length; from += batch) {
    csv += lines(rows.slice(from, from + batch).map(row => columns.map(([, cell]) => cell(row))))
  }
  return csv
}

const batch = 500
const newline = '\r\n'
const lines = (cells: readonly string[][]): string => Papa.unparse([...cells], { newline }) + newline

/** 24 counts, or nothing where one of them is unknown. */
const hours = ({ counts }: Row, of: (hour: Hour) => number | undefined): string =>
  (counts && hourlyCounts(counts, of)?.join(' ')) ?? ''

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
