import * as v from 'valibot'
import { count } from '../../schemas.ts'
import { parseBody } from '../answers.ts'
import type { SophosClient } from '../client.ts'
import { UnexpectedAnswerError } from '../errors.ts'
import { askFusion, type FusionAnswer } from './fusion.ts'
import { type FusionFigures, readWindows, windowsDocument, windowsVariables } from './windows.ts'

export const allTenantsDocument = windowsDocument(
  'AllTenants',
  'detectionCountByTenant',
  'AlertsCountByTenantInput',
  'fragment Cell on AlertsCountByTenantResponse { items { count tenant { id } } }',
)

export const allTenantsVariables = (now: number) => windowsVariables(now, text => ({ ql_query: text }))

const itemsSchema = v.object({
  items: v.array(v.object({ count, tenant: v.object({ id: v.string() }) })),
})

/**
 * The detections of all tenants below the account, in one request, by the ids that Fusion names them by, in lower case. A
 * tenant without any is not in the answer (it is thought), so one that is missing is unknown. Source: Sophos' published
 * schema detections-v2; that an account's id in X-Tenant-ID names all of its tenants was not tried live.
 */
export async function fetchAllTenants(
  client: SophosClient,
  url: string,
  accountId: string,
  now: number,
): Promise<ReadonlyMap<string, FusionFigures>> {
  const headers = { 'x-tenant-id': accountId }
  const answer = await askFusion(client, url, {
    headers,
    document: allTenantsDocument,
    variables: allTenantsVariables(now),
  })
  return readAllTenants(answer)
}

export function readAllTenants(answer: FusionAnswer): ReadonlyMap<string, FusionFigures> {
  const items = memoized(alias => readItems(answer, alias))
  // What is told of nobody of the day has no tenant to tell it of.
  const ids = new Set(
    ['critical', 'high', 'medium', 'low', 'info'].flatMap(severity => [...items(`day_${severity}`).keys()]),
  )
  return new Map([...ids].map(id => [id, readWindows(answer, (_, alias) => items(alias).get(id) ?? 0)]))
}

/** Throws UnexpectedAnswerError wherever the field is not told. */
function readItems(answer: FusionAnswer, alias: string): ReadonlyMap<string, number> {
  const trouble = answer.trouble(alias)
  if (trouble) throw new UnexpectedAnswerError(trouble)
  const { items } = parseBody(itemsSchema, answer.data[alias], `Fusion's counts by tenant ${alias}`)
  const counts = new Map(items.map(({ count, tenant }) => [tenant.id.toLowerCase(), count]))
  if (counts.size < items.length) {
    throw new UnexpectedAnswerError(`Sophos Fusion's counts by tenant ${alias} name a tenant twice.`)
  }
  return counts
}

/** Reads each field once, not once for each tenant; one that could not be read throws the same again. */
function memoized<T>(read: (alias: string) => T): (alias: string) => T {
  const known = new Map<string, () => T>()
  return alias => {
    const found = known.get(alias)
    if (found) return found()
    let again: () => T
    try {
      const value = read(alias)
      again = () => value
    } catch (error) {
      again = () => {
        throw error
      }
    }
    known.set(alias, again)
    return again()
  }
}
