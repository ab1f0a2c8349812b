import { gunzipSync } from 'node:zlib'
import { mostDayBytes } from '../history/day-file.ts'
import { dayKey } from '../history/record.ts'
import type { Log } from '../log.ts'
import type { Store } from '../state/store.ts'

/** A tenant's highest 24-hour total on each day ("2026-11-22"). Days without an answer are missing. */
type PastDays = ReadonlyMap<string, number>

/** A tenant is silent after this many quiet days, if most days of the week before had detections. */
const quietDays = 3
const busyDays = 7
const leastBusyDays = 5
const daysNeeded = quietDays + busyDays

const dayMs = 86_400_000

/** Returns why the counts of each silent tenant are doubtful, by tenant id. */
export async function findSilentTenants(
  store: Store,
  source: string,
  now: number,
  log: Log,
): Promise<Map<string, string>> {
  const past = await readPastDays(store, source, now, log)
  return new Map(
    [...past].flatMap(([id, days]) => {
      const silence = describeSilence(days)
      return silence ? [[id, silence] as const] : []
    }),
  )
}

/**
 * Returns a sentence with the figures if a tenant fell silent: nothing on each of its last three days, and something on at
 * least five of the seven before. After a tenant's move to Sophos Fusion, Sophos' REST API reportedly answers with
 * figures from before the move, without an error; this is what that looks like.
 */
export function describeSilence(days: PastDays): string | undefined {
  const ordered = [...days].sort(([one], [other]) => (one < other ? -1 : 1)).slice(-daysNeeded)
  const quiet = ordered.slice(-quietDays)
  const before = ordered.slice(0, -quietDays)
  const busy = before.filter(([, total]) => total > 0)
  const [since] = quiet[0] ?? []
  if (quiet.length < quietDays || quiet.some(([, total]) => total > 0) || busy.length < leastBusyDays)
    return undefined
  return `No detection since ${since}, but some on ${busy.length} of the ${before.length} days before.`
}

/**
 * Reads each tenant's last ten days from the history. Leaves out Sophos Fusion's figures, which are correct after a move,
 * and any day that cannot be read, which it logs.
 */
export async function readPastDays(
  store: Store,
  source: string,
  now: number,
  log: Log,
): Promise<Map<string, PastDays>> {
  const past = new Map<string, Map<string, number>>()
  for (let ago = daysNeeded - 1; ago >= 0; ago--) {
    const day = new Date(now - ago * dayMs).toISOString().slice(0, 10)
    const key = dayKey(source, day)
    try {
      const found = await store.read(key)
      if (!found) continue
      for (const { id, total } of rowsOf(gunzipSync(found.bytes, { maxOutputLength: mostDayBytes }))) {
        const days = past.get(id) ?? new Map<string, number>()
        days.set(day, Math.max(total, days.get(day) ?? 0))
        past.set(id, days)
      }
    } catch (error) {
      log.warn('a day of the history cannot be read; the doctor goes on without it', { key, error })
    }
  }
  return past
}

/**
 * Reads line by line: 144,000 lines as objects do not fit into the function's memory. Cells of these columns are never
 * quoted. Throws if the columns are missing.
 */
function* rowsOf(text: Buffer): Generator<{ id: string; total: number }> {
  const lines = linesOf(text)
  const columns = lines.next().value?.split(',') ?? []
  const [id, total, method] = ['ID', 'Total', 'Method'].map(name => columns.indexOf(name))
  if (id === undefined || id < 0 || total === undefined || total < 0)
    throw new Error(`Expected the columns ID and Total, found ${columns.join(',').slice(0, 80)}.`)
  for (const line of lines) {
    const cells = line.split(',')
    const count = Number(cells[total] || Number.NaN)
    if (cells[method ?? -1] === 'fusion' || !Number.isFinite(count)) continue
    yield { id: cells[id] ?? '', total: count }
  }
}

function* linesOf(text: Buffer): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    const until = end < 0 ? text.length : end
    yield text.toString('utf8', from, until)
    from = until + 1
  }
}
