import Papa from 'papaparse'
import { safeText } from '../publish/csv.ts'
import { severities } from '../sophos/detections.ts'
import type { CollectedCounts, Tenant } from '../tenants/tenant.ts'

/** What one answer said of one tenant. */
export type HistoryRow = {
  readonly tenantId: string
  readonly counts: Pick<CollectedCounts, 'collectedAt' | 'bySeverity' | 'total' | 'method'>
}

/**
 * One row for every tenant whose last good answer came at `since` (ms since the epoch) or later. Whoever was not asked,
 * or did not answer, is a gap: never a zero, and never an old figure once more.
 */
export function rowsSince(tenants: readonly Tenant[], since: number): HistoryRow[] {
  return tenants.flatMap(({ id, counts }) =>
    counts && counts.collectedAt >= since ? [{ tenantId: id, counts }] : [],
  )
}

/** The UTC day that a row belongs to, such as "2026-11-22". */
export const dayOf = ({ counts }: HistoryRow): string =>
  new Date(counts.collectedAt).toISOString().slice(0, 10)

export const header = 'ID,Collected_At,Critical,High,Medium,Low,Info,Total,Method\n'

/** A line of a day's file. Lines with the same key say the same thing: the answer of one tenant in one minute. */
export type Line = { readonly key: Buffer; readonly text: Buffer }

/**
 * A row as a line of CSV that begins with its key, the tenant and the minute. Unknown severities are empty cells. Only
 * the id is foreign text, and `safeText` leaves no line break in it, so a row is always one line. Lines end in LF: a reader
 * that cuts at LF only would take the CR of a CRLF for a part of the last cell.
 */
export function toLine({ tenantId, counts }: HistoryRow): Line {
  const { bySeverity, total, method } = counts
  const key = `${Papa.unparse([[safeText(tenantId), minuteOf(counts.collectedAt)]])},`
  const figures = [...severities.map(severity => bySeverity?.[severity] ?? ''), total, method]
  return { key: Buffer.from(key), text: Buffer.from(`${key}${figures.join(',')}\n`) }
}

/**
 * "2026-11-22 10:02:00", in UTC: the one form that Athena (java.sql.Timestamp), DuckDB and Excel all take for a time as
 * it is. To the minute, because seconds and milliseconds do not compress: with them, a day of 240,000 rows is 1.4 times
 * and 1.9 times as large.
 */
const minuteOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}:00`
