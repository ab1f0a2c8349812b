import * as v from 'valibot'
import { plainText } from '../text/plain.ts'

/** What `listTenants` silently works around in the pages of the tenant list. */
export type ListingNotes = {
  /** How many tenants have each of Sophos' statuses; '' is for tenants without one. */
  readonly byStatus: Readonly<Record<string, number>>
  /** What is not as documented, a sentence each. */
  readonly drift: readonly string[]
}

/** Sophos' own are single words. */
const longestStatus = 40

const pageSchema = v.object({ items: v.array(v.unknown()) })
const itemSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: v.pipe(v.string(), v.nonEmpty()),
  dataRegion: v.pipe(v.string(), v.nonEmpty()),
  status: v.fallback(v.optional(v.string(), ''), ''),
})

/** Reads the raw pages again. A field that is wrong for many tenants is reported once, with their number. */
export function readListing(pages: readonly unknown[]): ListingNotes {
  const byStatus = new Map<string, number>()
  const incomplete = new Map<string, number>()
  for (const body of pages) {
    const page = v.safeParse(pageSchema, body)
    if (!page.success) continue
    for (const item of page.output.items) {
      const parsed = v.safeParse(itemSchema, item)
      if (!parsed.success) {
        const fields = new Set(parsed.issues.map(issue => v.getDotPath(issue) ?? 'everything'))
        for (const field of fields) incomplete.set(field, (incomplete.get(field) ?? 0) + 1)
      } else {
        const status = plainText(parsed.output.status, longestStatus)
        byStatus.set(status, (byStatus.get(status) ?? 0) + 1)
      }
    }
  }
  const drift = [...incomplete].map(
    ([field, count]) => `In ${count} listed tenants, ${field} is not as documented.`,
  )
  return { byStatus: Object.fromEntries(byStatus), drift }
}
