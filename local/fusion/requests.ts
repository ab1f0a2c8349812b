import type { SophosClient } from '../../lambda/sophos/client.ts'
import { RefusedError } from '../../lambda/sophos/errors.ts'
import { type FusionAnswer, readFusionAnswer } from '../../lambda/sophos/fusion/fusion.ts'
import { shapeOf, withoutIds } from './shape.ts'

/** The last 24 hours by the server's own buckets, to check the severity thresholds. */
export const byBucketsDocument = `query ByBuckets($in: AggregateAlertsBySeverityInputInput!) {
  detectionAggregatesBySeverity(in: $in) { aggregation { key count severities { info low medium high critical } } }
}`

/** One search that the server aggregates by severity. */
export const byAggregateDocument = `query ByAggregate($in: SearchRequestInput!) {
  detectionSearch(in: $in) { status reason alerts { total_results group_by { value keys { key value } } } }
}`

/** Not in Sophos' published schemas, so the answer is probably 400. */
export const contextDocument =
  'query Context { requestTenantContext { partnerTenantID organizationTenantID tenantIDs } }'

/** The reply to one request, and its outcome as one line without names or ids. */
export type Reply = { readonly answer: FusionAnswer | undefined; readonly text: string }

/** Sends one document. Returns failures too, and never throws. */
export type Ask = (
  headers: Readonly<Record<string, string>>,
  document: string,
  variables?: Readonly<Record<string, unknown>>,
) => Promise<Reply>

/** `names`: those of tenants, which no reply may repeat. */
export function askFrom(client: SophosClient, url: string, names: readonly string[]): Ask {
  const formatError = (error: unknown): string =>
    withoutIds(error instanceof Error ? error.message : String(error), names)

  return async (headers, document, variables = {}) => {
    let body: unknown
    try {
      body = await client.post({ host: url, path: '', headers }, { query: document, variables })
    } catch (error) {
      const status = error instanceof RefusedError ? `HTTP ${error.status}` : 'no answer'
      return { answer: undefined, text: `${status}: ${formatError(error)}` }
    }
    try {
      const answer = readFusionAnswer(body)
      const troubles = Object.keys(answer.data).flatMap(field => answer.trouble(field) ?? [])
      const [first] = troubles
      const errors = first
        ? `; fields with an error: ${troubles.length}, the first: ${withoutIds(first, names)}`
        : ''
      return { answer, text: `HTTP 200, data: ${shapeOf(answer.data)}${errors}` }
    } catch (error) {
      return { answer: undefined, text: `HTTP 200: ${formatError(error)}` }
    }
  }
}

/** Returns the content of a reply, or undefined if it cannot be read. Its text then shows the shape. */
export function readReply<T>({ answer }: Reply, read: (answer: FusionAnswer) => T): T | undefined {
  try {
    return answer && read(answer)
  } catch {
    return undefined
  }
}
