import { type History, type HistoryDay, joinDays, scanDay } from '../data/history.ts'

/** Whose history: the tenant, and the credential by which its counts came. */
export type HistoryOf = { source: string; tenantId: string }

/**
 * A tenant's history of these days (such as "2026-11-22"). Each day's file is unpacked and read as it comes, and left as soon as the
 * tenant's rows are through. A day without a file, or with one that cannot be read, is a gap; it never throws, but for `signal`.
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
  // no-cache: the browser keeps the file and asks by its ETag, so that a day that is over is sent once.
  const answer = await fetch(address, { cache: 'no-cache', signal })
  // Without the right to list, S3 answers 403 for what is not there.
  if (answer.status === 404 || answer.status === 403) return { points: [], missing: 'no file' }
  if (!answer.ok || !answer.body) return { points: [], missing: 'unreadable' }

  // Some web servers declare a .gz as the encoding of what is inside: then the browser has unpacked it already.
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
