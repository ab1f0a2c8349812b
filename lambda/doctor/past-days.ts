import { gunzipSync } from 'node:zlib'
import type { Log } from '../log.ts'
import type { Store } from '../state/store.ts'
import { daysNeeded, type PastDays } from './stale.ts'

const dayMs = 86_400_000
/** As much as a day's file can come to, four times over. */
const mostBytes = 64 * 1_024 * 1_024

/**
 * What the history says of each tenant's last ten days, by tenant. Only figures of the REST API: those of Sophos Fusion
 * are true after a move. A day that cannot be read is left out and told in the log.
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
    const key = `history/source=${source}/${day}.csv.gz`
    try {
      const found = await store.read(key)
      if (!found) continue
      for (const { id, total } of rowsOf(gunzipSync(found.bytes, { maxOutputLength: mostBytes }))) {
        const days = past.get(id) ?? new Map<string, number>()
        days.set(day, Math.max(total, days.get(day) ?? 0))
        past.set(id, days)
      }
    } catch (error) {
      log.warn('a day of the history cannot be read; the doctor does without it', { key, error })
    }
  }
  return past
}

/** Line by line, for a day of 144,000 lines as objects is more than the function's memory. Cells of these columns are never quoted. */
function* rowsOf(text: Buffer): Generator<{ id: string; total: number }> {
  const lines = linesOf(text)
  const columns = lines.next().value?.split(',') ?? []
  const [id, total, method] = ['ID', 'Total', 'Method'].map(name => columns.indexOf(name))
  if (id === undefined || id < 0 || total === undefined || total < 0)
    throw new Error(`It has no columns ID and Total, but ${columns.join(',').slice(0, 80)}.`)
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
