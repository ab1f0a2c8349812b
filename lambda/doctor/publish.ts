import * as v from 'valibot'
import type { Log } from '../log.ts'
import { parseJson } from '../schemas.ts'
import { ConflictError, type Store } from '../state/store.ts'
import { toPlainJson } from '../text/exits.ts'
import { type AccessReport, type SourceReport, sourceReportSchema } from './report.ts'

const key = 'access-report.json'
/** Like status.json: browsers ask each time, CloudFront every 30 seconds. */
const cacheControl = 'public, max-age=0, s-maxage=30, must-revalidate'
/** Two doctors at the same moment need one or two tries; more than this is not a coincidence. */
const mostTries = 10

const storedSchema = v.object({ schemaVersion: v.literal(1), sources: v.array(v.unknown()) })

/**
 * Replaces a source's report in access-report.json and keeps those of other sources. Drops a report that this version cannot
 * read, since its page could not show it either. Throws what the store throws.
 */
export async function publishReport(store: Store, report: SourceReport, log: Log): Promise<void> {
  for (let tries = 1; ; tries++) {
    const found = await store.read(key)
    const others = found ? sourcesIn(found.bytes, log).filter(({ source }) => source !== report.source) : []
    const sources = [...others, report].sort((one, other) => (one.source < other.source ? -1 : 1))
    const body: AccessReport = { schemaVersion: 1, sources }
    try {
      const object = { body: toPlainJson(body), contentType: 'application/json', cacheControl }
      await store.write(key, { ...object, onlyIf: found?.etag ?? null })
      return
    } catch (error) {
      if (!(error instanceof ConflictError) || tries >= mostTries) throw error
    }
  }
}

function sourcesIn(bytes: Uint8Array, log: Log): SourceReport[] {
  const parsed = v.safeParse(storedSchema, parseJson(new TextDecoder().decode(bytes)))
  const given = parsed.success ? parsed.output.sources : []
  const readable = given.flatMap(source => {
    const report = v.safeParse(sourceReportSchema, source)
    return report.success ? [report.output] : []
  })
  if (!parsed.success || readable.length < given.length)
    log.warn('access-report.json holds reports that cannot be read; they are dropped', { key })
  return readable
}
