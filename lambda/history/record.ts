import type { Log } from '../log.ts'
import type { Store } from '../state/store.ts'
import { addToDay, UnreadableDayError } from './day-file.ts'
import { dayOf, type HistoryRow } from './row.ts'

/**
 * Adds a run's rows to the history: one file for each source and UTC day, read and written once. Adding the same rows again
 * changes nothing. Throws what the store throws, such as a ConflictError if another run wrote the file at the same time;
 * the days not written by then have a gap.
 */
export async function recordHistory(
  store: Store,
  source: string,
  rows: readonly HistoryRow[],
  log: Log,
): Promise<void> {
  for (const [day, ofDay] of Map.groupBy(rows, dayOf)) await recordDay(store, source, day, ofDay, log)
}

/**
 * Athena reads everything under history/ as one table, and DuckDB makes `source` a column. There is no folder for each day:
 * Athena reads all 400 days for $0.002, and a downloaded file still has its day in its name.
 */
export const dayKey = (source: string, day: string): string => `history/source=${source}/${day}.csv.gz`

async function recordDay(
  store: Store,
  source: string,
  day: string,
  rows: readonly HistoryRow[],
  log: Log,
): Promise<void> {
  const key = dayKey(source, day)
  const found = await store.read(key)
  let body: Uint8Array
  try {
    body = addToDay(found?.bytes, rows)
  } catch (error) {
    if (!(error instanceof UnreadableDayError && found)) throw error
    // Not under history/: an unreadable file there would fail every query.
    const setAside = `state/${source}/unreadable/${day}.csv.gz`
    log.error('a day of the history cannot be read; starting a new file', { key, setAside, error })
    await store.write(setAside, { body: found.bytes, contentType, cacheControl: 'no-store' })
    body = addToDay(undefined, rows)
  }
  await store.write(key, { body, contentType, cacheControl, onlyIf: found?.etag ?? null })
}

/** No Content-Encoding: some readers would unpack the file in transfer, and again because of its name. */
const contentType = 'application/gzip'
/** Like detections.csv: today's file grows with every run. */
const cacheControl = 'public, max-age=0, s-maxage=30, must-revalidate'
