import * as v from 'valibot'
import { count } from '../../lambda/schemas.ts'
import { parseBody } from '../../lambda/sophos/answers.ts'
import { type BySeverity, severities } from '../../lambda/sophos/detections.ts'
import { UnexpectedAnswerError } from '../../lambda/sophos/errors.ts'
import type { FusionAnswer } from '../../lambda/sophos/fusion/fusion.ts'
import { windowsDocument, windowsVariables } from '../../lambda/sophos/fusion/windows.ts'

/**
 * Requests the detections of all tenants of an account at once. The collector does not use it: whether an account's id
 * in X-Tenant-ID stands for all of its tenants is untested. Source: Sophos' published schema detections-v2.
 */
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
 * Returns the counts of the last 24 hours by tenant id in lower case. A tenant without detections is assumed to be
 * missing. Throws UnexpectedAnswerError if a severity has an error or lists a tenant twice.
 */
export function readAllTenants(answer: FusionAnswer): ReadonlyMap<string, BySeverity> {
  const tenants = new Map<string, Record<keyof BySeverity, number>>()
  for (const severity of severities) {
    for (const [id, found] of readItems(answer, `day_${severity}`)) {
      const counts = tenants.get(id) ?? { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
      tenants.set(id, { ...counts, [severity]: found })
    }
  }
  return tenants
}

function readItems(answer: FusionAnswer, alias: string): ReadonlyMap<string, number> {
  const trouble = answer.trouble(alias)
  if (trouble) throw new UnexpectedAnswerError(trouble)
  const { items } = parseBody(itemsSchema, answer.data[alias], `Fusion's counts by tenant ${alias}`)
  const counts = new Map(items.map(({ count, tenant }) => [tenant.id.toLowerCase(), count]))
  if (counts.size < items.length) {
    throw new UnexpectedAnswerError(`Sophos Fusion's counts by tenant ${alias} list a tenant twice.`)
  }
  return counts
}
