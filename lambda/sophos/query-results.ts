import * as v from 'valibot'
import { parseBody } from './answers.ts'
import type { ApiRequest } from './client.ts'
import { UnexpectedAnswerError } from './errors.ts'
import { itemSchema, type QueryItem } from './query-items.ts'

/**
 * Sources disagree on the largest page: 50, 100 or 2,000. 50 is the documented default and always works; then Sophos'
 * `pages.maxSize` gives the limit.
 */
const safePageSize = 50
/** An item has its raw data, some 10 KB, so larger pages would come near the transport's limit of 16 MiB. */
const largestPageSize = 200
/** The most pages for one tenant, a fifth of a minute's calls: 1,000 detections in pages of 50, 4,000 in the largest. */
const maxPages = 20

const count = v.fallback(v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))), undefined)
const pageSchema = v.object({
  items: v.array(itemSchema),
  // `total` is the number of pages.
  pages: v.fallback(
    v.optional(v.object({ size: count, total: count, items: count, maxSize: count })),
    undefined,
  ),
})

/**
 * Reads all result pages. `announced` is the number of items in the run's status, if given; the answer has the larger number
 * of that and of what the pages say. Throws UnexpectedAnswerError if there are too many, or if their number is unknown.
 */
export async function readResults(
  ask: (request: Pick<ApiRequest, 'path' | 'query'>) => Promise<unknown>,
  announced: number | null | undefined,
  affords: (calls: number) => boolean,
): Promise<{ items: readonly QueryItem[]; announced: number | undefined }> {
  const fetchPage = async (page: number, pageSize: number) => {
    const body = await ask({
      path: '/results',
      query: { page: String(page), pageSize: String(pageSize) },
    })
    return parseBody(pageSchema, body, 'detection query results')
  }

  let size = safePageSize
  let page = await fetchPage(1, size)
  let pages = pagesOf(page, size, announced)
  const larger = Math.min(page.pages?.maxSize ?? size, largestPageSize)
  const pagesIfLarger = Math.ceil((announced ?? pages * size) / larger)
  // Starting over costs the first page again.
  if (pagesIfLarger < pages - 1) {
    refuseTooMany(pagesIfLarger, announced, affords)
    size = larger
    page = await fetchPage(1, size)
    pages = pagesOf(page, size, announced)
  }
  refuseTooMany(pages - 1, announced, affords)

  const items = [...page.items]
  for (let number = 2; number <= pages; number++) items.push(...(await fetchPage(number, size)).items)
  const numbers = [announced, page.pages?.items].filter(number => typeof number === 'number')
  return { items, announced: numbers.length > 0 ? Math.max(...numbers) : undefined }
}

function pagesOf(
  { items, pages }: v.InferOutput<typeof pageSchema>,
  asked: number,
  announced: number | null | undefined,
): number {
  if (pages?.total !== undefined) return pages.total
  // A server may use smaller pages than requested.
  const size = Math.min(pages?.size ?? asked, asked)
  if (announced !== undefined && announced !== null) return Math.ceil(announced / size)
  // A page that is only shorter than asked for proves nothing.
  if (items.length < (pages?.size ?? 1)) return 1
  throw new UnexpectedAnswerError("Sophos does not say how many pages the detection query's results have.")
}

function refuseTooMany(
  calls: number,
  announced: number | null | undefined,
  affords: (calls: number) => boolean,
): void {
  if (calls < maxPages && affords(calls)) return
  const what = `the ${announced ?? 'many'} detections that the query found would take ${calls} more calls`
  throw new UnexpectedAnswerError(
    calls < maxPages
      ? `Reading ${what}, for which the rate limits leave no room now.`
      : `Reading ${what}; the limit for one tenant is ${maxPages}, so that the others get their share. New figures come when the counts are back.`,
  )
}
