import * as v from 'valibot'
import { count } from '../../schemas.ts'
import { parseBody } from '../answers.ts'
import type { SophosClient } from '../client.ts'
import { UnexpectedAnswerError } from '../errors.ts'
import { askFusion, type FusionAnswer, quote } from './fusion.ts'
import { type FusionFigures, readWindows, windowsDocument, windowsVariables } from './windows.ts'

/** Only the total is read. The list, of at most one detection, tells a total of zero from a missing one. */
export const countsDocument = windowsDocument(
  'TenantCounts',
  'detectionSearch',
  'SearchRequestInput',
  'fragment Cell on AlertsResponse { status reason alerts { total_results list { id } } }',
)

export const countsVariables = (now: number) => windowsVariables(now, text => ({ cql_query: text, limit: 1 }))

const searchSchema = v.object({
  status: v.nullable(v.string()),
  reason: v.nullish(v.string()),
  alerts: v.nullable(v.object({ total_results: v.nullable(count), list: v.nullish(v.array(v.unknown())) })),
})

/**
 * Returns the detections of a tenant that moved to Sophos Fusion, in one request. Source: Sophos' published schema
 * detections-v2. GraphQL allows several `detectionSearch` fields in one document; this was not tried live.
 */
export async function fetchFusionCounts(
  client: SophosClient,
  url: string,
  tenantId: string,
  now: number,
): Promise<FusionFigures> {
  const headers = { 'x-tenant-id': tenantId }
  const answer = await askFusion(client, url, {
    headers,
    document: countsDocument,
    variables: countsVariables(now),
  })
  return readCounts(answer)
}

export const readCounts = (answer: FusionAnswer): FusionFigures => readWindows(answer, readTotal)

/** Returns the total of one search. Throws UnexpectedAnswerError if it is unknown: that is not zero. */
function readTotal(answer: FusionAnswer, alias: string): number {
  const unknown = (why: string) => new UnexpectedAnswerError(`${why} So the count ${alias} is unknown.`)
  const trouble = answer.trouble(alias)
  if (trouble) throw unknown(trouble)
  const { status, reason, alerts } = parseBody(searchSchema, answer.data[alias], `Fusion's search ${alias}`)
  if (status !== 'OK') {
    throw unknown(`Sophos Fusion's search ended as ${status ?? 'null'}: ${quote(reason ?? '')}.`)
  }
  if (!alerts) throw unknown("Sophos Fusion's search returned no result.")
  const { total_results: total, list } = alerts
  // Zero is what a missing total looks like.
  if (total === 0 && list && list.length > 0) {
    throw unknown("Sophos Fusion's search returned a total of 0, and a detection.")
  }
  if (total !== null) return total
  // If nothing was found, the total may be null (a comment in taegis-magic). It is zero only if the list is empty too.
  if (list?.length !== 0) throw unknown("Sophos Fusion's search returned no total and no empty list.")
  return 0
}
