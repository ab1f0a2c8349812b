import { quoted } from '../publish/csv.ts'
import { safeText } from '../publish/safe-text.ts'
import { severities } from '../sophos/detections.ts'
import { answeredAt, type CollectedCounts, type Tenant } from '../tenants/tenant.ts'

/** One answer about one tenant. */
export type HistoryRow = {
  readonly tenantId: string
  readonly counts: Pick<CollectedCounts, 'collectedAt' | 'bySeverity' | 'total' | 'method'>
}

/**
 * Returns a row for each tenant whose last good answer was received at `since` (ms since the epoch) or later, of whatever
 * time its figures are. A tenant without one gets no row: a gap, never a zero and never an old figure again.
 */
export function rowsSince(tenants: readonly Tenant[], since: number): HistoryRow[] {
  return tenants.flatMap(({ id, counts }) =>
    counts && answeredAt(counts) >= since ? [{ tenantId: id, counts }] : [],
  )
}

/** Returns the UTC day of a row's figures, such as "2026-11-22". */
export const dayOf = ({ counts }: HistoryRow): string =>
  new Date(counts.collectedAt).toISOString().slice(0, 10)

export const header = 'ID,Collected_At,Critical,High,Medium,Low,Info,Total,Method\n'

/** A line of a day's file. The key is the tenant and the minute of the figures. */
export type Line = { readonly key: Buffer; readonly text: Buffer }

/**
 * Returns a row as a line of CSV that begins with its key. Unknown severities are empty cells. Only the id is foreign text,
 * and `safeText` removes line breaks from it, so a row is always one line. Lines end in LF: some readers would take the CR
 * of a CRLF as part of the last cell. An id is quoted only if it must be, so that the keys of a day stay what they were.
 */
export function toLine({ tenantId, counts }: HistoryRow): Line {
  const { bySeverity, total, method } = counts
  const id = safeText(tenantId)
  const key = `${/[",]/.test(id) ? quoted(id) : id},${minuteOf(counts.collectedAt)},`
  const figures = [...severities.map(severity => bySeverity?.[severity] ?? ''), total, method]
  return { key: Buffer.from(key), text: Buffer.from(`${key}${figures.join(',')}\n`) }
}

/**
 * "2026-11-22 10:02:00", in UTC: the one format that Athena (java.sql.Timestamp), DuckDB and Excel all read as a time. To
 * the minute, because seconds and milliseconds compress badly: with them, a day of 240,000 rows is 1.4 and 1.9 times as
 * large.
 */
const minuteOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}:00`
