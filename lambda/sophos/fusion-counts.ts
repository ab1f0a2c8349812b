import * as v from 'valibot'
import { count } from '../schemas.ts'
import { parseBody } from './answers.ts'
import type { SophosClient } from './client.ts'
import { UnexpectedAnswerError } from './errors.ts'
import { askFusion, type FusionAnswer, quote } from './fusion.ts'
import { type FusionFigures, readWindows, windowsDocument, windowsVariables } from './fusion-windows.ts'

/** Only totals are read, so a list of one detection is all that is asked for. */
export const countsDocument = windowsDocument(
  'TenantCounts',
  'detectionSearch',
  'SearchRequestInput',
  'fragment Cell on AlertsResponse { status reason alerts { total_results } }',
)

export const countsVariables = (now: number) => windowsVariables(now, text => ({ cql_query: text, limit: 1 }))

const searchSchema = v.object({
  status: v.nullable(v.string()),
  reason: v.nullish(v.string()),
  alerts: v.nullable(v.object({ total_results: v.nullable(count) })),
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
  // Nothing found is told as null (a comment in taegis-magic), and only where the search is OK and has no error.
  return alerts.total_results ?? 0
}
