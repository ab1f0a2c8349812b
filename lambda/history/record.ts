import type { Log } from '../log.ts'
import type { Store } from '../state/store.ts'
import { addToDay, UnreadableDayError } from './day-file.ts'
import { dayOf, type HistoryRow } from './row.ts'

/**
 * Adds a run's rows to the history: one file for every source and UTC day, each read and written once. Adding rows that
 * are there already changes nothing. Throws what the store throws, a ConflictError where another run wrote the same file
 * at the same time; then the days that were not written yet have a gap.
 */
export async function recordHistory(
  store: Store,
  source: string,
  rows: readonly HistoryRow[],
  log: Log,
): Promise<void> {
  for (const [day, ofDay] of Map.groupBy(rows, dayOf)) await recordDay(store, source, day, ofDay, log)
}

async function recordDay(
  store: Store,
  source: string,
  day: string,
  rows: readonly HistoryRow[],
  log: Log,
): Promise<void> {
  // Athena takes all that is under history/ for one table, and DuckDB makes `source` a column. No folder for every day:
  // Athena reads all 400 days for $0.002, and a file on somebody's disk still says its day.
  const key = `history/source=${source}/${day}.csv.gz`
  const found = await store.read(key)
  let body: Uint8Array
  try {
    body = addToDay(found?.bytes, rows)
  } catch (error) {
    if (!(error instanceof UnreadableDayError && found)) throw error
    // Not under history/: one file that cannot be read there would fail every query.
    const setAside = `state/${source}/unreadable/${day}.csv.gz`
    log.error('a day of the history cannot be read; starting it anew', { key, setAside, error })
    await store.write(setAside, { body: found.bytes, contentType, cacheControl: 'no-store' })
    body = addToDay(undefined, rows)
  }
  await store.write(key, { body, contentType, cacheControl, onlyIf: found?.etag ?? null })
}

/** Without a Content-Encoding: some readers would unpack it on the way, and then again for its name. */
const contentType = 'application/gzip'
/** As detections.csv: today's file grows with every run. */
const cacheControl = 'public, max-age=0, s-maxage=30, must-revalidate'
