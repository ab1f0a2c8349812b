import * as v from 'valibot'
import { count } from '../../schemas.ts'
import { parseBody } from '../answers.ts'
import type { SophosClient } from '../client.ts'
import { UnexpectedAnswerError } from '../errors.ts'
import { askFusion, type FusionAnswer, quote } from './fusion.ts'
import { type FusionFigures, readWindows, windowsDocument, windowsVariables } from './windows.ts'

/** What is read is the total; a list of at most one detection beside it tells nothing found from nothing told. */
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
 * The detections of a tenant that moved to Sophos Fusion, in one request. Source: Sophos' published schema detections-v2;
 * that `detectionSearch` may be asked several times in one document is GraphQL, and was not tried live.
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

/** One search's total. Throws UnexpectedAnswerError wherever it is not told: unknown is not zero. */
function readTotal(answer: FusionAnswer, alias: string): number {
  const unknown = (why: string) => new UnexpectedAnswerError(`${why} So the count ${alias} is not known.`)
  const trouble = answer.trouble(alias)
  if (trouble) throw unknown(trouble)
  const { status, reason, alerts } = parseBody(searchSchema, answer.data[alias], `Fusion's search ${alias}`)
  if (status !== 'OK') {
    throw unknown(
      `Sophos Fusion's search ended as ${status ?? 'nothing that it tells'}: ${quote(reason ?? '')}.`,
    )
  }
  if (!alerts) throw unknown("Sophos Fusion's search told no result.")
  const { total_results: total, list } = alerts
  if (total !== null) return total
  // Nothing found may be told as null (a comment in taegis-magic). That alone is not zero; the list must be empty too.
  if (list?.length !== 0) throw unknown("Sophos Fusion's search told no total, and no empty list.")
  return 0
}
