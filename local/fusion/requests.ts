import type { SophosClient } from '../../lambda/sophos/client.ts'
import { RefusedError } from '../../lambda/sophos/errors.ts'
import { type FusionAnswer, readFusionAnswer } from '../../lambda/sophos/fusion/fusion.ts'
import { shapeOf, withoutIds } from './shape.ts'

/** The 24 hours by the server's own buckets: it proves the thresholds of the severities. */
export const byBucketsDocument = `query ByBuckets($in: AggregateAlertsBySeverityInputInput!) {
  detectionAggregatesBySeverity(in: $in) { aggregation { key count severities { info low medium high critical } } }
}`

/** One search that the server aggregates by severity. */
export const byAggregateDocument = `query ByAggregate($in: SearchRequestInput!) {
  detectionSearch(in: $in) { status reason alerts { total_results group_by { value keys { key value } } } }
}`

/** Not in the schemas that Sophos published, so a 400 is to be expected. */
export const contextDocument =
  'query Context { requestTenantContext { partnerTenantID organizationTenantID tenantIDs } }'

/** What one request came to, and the same in a line that names nobody. */
export type Heard = { readonly answer: FusionAnswer | undefined; readonly said: string }

/** Sends one document, and tells what came of it whatever that is. */
export type Hear = (
  headers: Readonly<Record<string, string>>,
  document: string,
  variables?: Readonly<Record<string, unknown>>,
) => Promise<Heard>

export function hearFrom(client: SophosClient, url: string): Hear {
  return async (headers, document, variables = {}) => {
    let body: unknown
    try {
      body = await client.post({ host: url, path: '', headers }, { query: document, variables })
    } catch (error) {
      const status = error instanceof RefusedError ? `HTTP ${error.status}` : 'no answer'
      return { answer: undefined, said: `${status}: ${sayError(error)}` }
    }
    try {
      const answer = readFusionAnswer(body)
      const troubles = Object.keys(answer.data).flatMap(field => answer.trouble(field) ?? [])
      const [first] = troubles
      const errors = first
        ? `; fields with an error: ${troubles.length}, the first: ${withoutIds(first)}`
        : ''
      return { answer, said: `HTTP 200, data: ${shapeOf(answer.data)}${errors}` }
    } catch (error) {
      return { answer: undefined, said: `HTTP 200: ${sayError(error)}` }
    }
  }
}

const sayError = (error: unknown): string =>
  withoutIds(error instanceof Error ? error.message : String(error))

/** What an answer holds, or undefined where it is not what was asked for: then its shape tells. */
export function readHeard<T>({ answer }: Heard, read: (answer: FusionAnswer) => T): T | undefined {
  try {
    return answer && read(answer)
  } catch {
    return undefined
  }
}
