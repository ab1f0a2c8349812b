import { type History, type HistoryDay, joinDays, scanDay } from '../data/history.ts'

/** The tenant, and the source (credential) that collected its counts. */
export type HistoryOf = { source: string; tenantId: string }

/**
 * Returns a tenant's history for these days (such as "2026-11-22"). Each file is unpacked while it arrives, and reading
 * stops after the tenant's rows. A missing or unreadable file is a gap. Throws only when `signal` aborts.
 */
export async function askHistory(
  { source, tenantId }: HistoryOf,
  days: readonly string[],
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<History> {
  return joinDays(
    await Promise.all(
      days.map(async (day): Promise<HistoryDay> => {
        const address = `history/source=${encodeURIComponent(source)}/${day}.csv.gz`
        try {
          return { day, ...(await readDay(address, tenantId, fetch, signal)) }
        } catch (error) {
          if (signal.aborted) throw error
          return { day, points: [], missing: 'unreadable' }
        }
      }),
    ),
  )
}

async function readDay(
  address: string,
  tenantId: string,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<Omit<HistoryDay, 'day'>> {
  // no-cache: the browser keeps the file and asks by its ETag, so that a past day is sent only once.
  const answer = await fetch(address, { cache: 'no-cache', signal })
  // Without permission to list, S3 answers 403 for a missing file.
  if (answer.status === 404 || answer.status === 403) return { points: [], missing: 'no file' }
  if (!answer.ok || !answer.body) return { points: [], missing: 'unreadable' }

  // Some web servers send a .gz file with Content-Encoding: then the browser has already unpacked it.
  const unpacked =
    answer.headers.get('content-encoding') === null
      ? answer.body.pipeThrough(new DecompressionStream('gzip'))
      : answer.body
  const reader = unpacked.pipeThrough(new TextDecoderStream()).getReader()
  const scan = scanDay(tenantId)
  let wantsMore = true
  while (wantsMore) {
    const { done, value } = await reader.read()
    if (done) break
    wantsMore = scan.take(value)
  }
  if (!wantsMore) await reader.cancel()
  const points = scan.end()
  return points ? { points, missing: 'none' } : { points: [], missing: 'unreadable' }
}
