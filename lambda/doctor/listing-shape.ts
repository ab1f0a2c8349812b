import * as v from 'valibot'

/** What the pages of the listing held that `listTenants` makes up for without a word. */
export type ListingNotes = {
  /** How many tenants had each status that Sophos gave; '' where it gave none. */
  readonly byStatus: Readonly<Record<string, number>>
  /** What is not as documented, a sentence each. */
  readonly drift: readonly string[]
}

const pageSchema = v.object({
  items: v.array(v.unknown()),
})
const itemSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: v.pipe(v.string(), v.nonEmpty()),
  dataRegion: v.pipe(v.string(), v.nonEmpty()),
  status: v.fallback(v.optional(v.string(), ''), ''),
})

/** Reads the pages once more as they came. What is wrong with many tenants is told once, with their number. */
export function readListing(pages: readonly unknown[]): ListingNotes {
  const byStatus: Record<string, number> = {}
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
        const { status } = parsed.output
        byStatus[status] = (byStatus[status] ?? 0) + 1
      }
    }
  }
  const drift = [...incomplete].map(
    ([field, count]) => `Of ${count} listed tenants, ${field} is not as documented.`,
  )
  return { byStatus, drift }
}
