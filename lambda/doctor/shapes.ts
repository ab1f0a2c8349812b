import * as v from 'valibot'
import { parseBody } from '../sophos/answers.ts'
import { readCounts } from '../sophos/counts.ts'
import { severities } from '../sophos/detections.ts'
import { UnexpectedAnswerError } from '../sophos/errors.ts'
import type { ApiId } from './catalogue.ts'

/**
 * Checks that a good answer still has what this product relies on, or would rely on. Throws UnexpectedAnswerError, whose
 * message names what is not as documented: so a change of the API is seen before it is felt. `now` in ms.
 */
export function checkShape(api: ApiId, body: unknown, asked: { tenantId: string; now: number }): void {
  if (api === 'detections-counts') checkCounts(body, asked)
  const schema = schemas[api]
  if (schema) parseBody(schema, body, whatOf[api] ?? 'answer')
}

/** The severities by which the dashboard tells a tenant's trouble, and nothing beside them. */
function checkCounts(body: unknown, { tenantId, now }: { tenantId: string; now: number }): void {
  const { remark } = readCounts(body, tenantId, now)
  if (remark) throw new UnexpectedAnswerError(remark)
  const { resolutionDetectionCounts } = v.parse(bySeverity, body)
  const given = resolutionDetectionCounts.flatMap(({ countBySeverity }) => Object.keys(countBySeverity ?? {}))
  refuseUnknown('severity', given, severities)
}

const bySeverity = v.object({
  resolutionDetectionCounts: v.array(
    v.object({ countBySeverity: v.optional(v.nullable(v.record(v.string(), v.number()))) }),
  ),
})

function refuseUnknown(what: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find(value => !known.includes(value))
  if (unknown === undefined) return
  throw new UnexpectedAnswerError(
    `Sophos answered with the ${what} "${unknown.slice(0, 50)}". Known are: ${known.join(', ')}.`,
  )
}

const filled = v.pipe(v.string(), v.nonEmpty())
const list = (item: v.GenericSchema) => v.object({ items: v.array(item) })
const anything = v.looseObject({})
/** `snoozed` and the numbers of devices come along; the score is what a table of healths would show. */
const scored = v.object({ score: v.pipe(v.number(), v.minValue(0), v.maxValue(100)) })

const schemas: Partial<Record<ApiId, v.GenericSchema>> = {
  'detections-query': v.object({ id: filled, status: filled, result: v.optional(v.nullable(filled)) }),
  'account-health': v.object({
    endpoint: v.object({
      protection: v.object({ computer: v.optional(scored), server: v.optional(scored) }),
    }),
  }),
  cases: list(
    v.object({
      id: filled,
      status: v.picklist(['new', 'investigating', 'onHold', 'resolved', 'actionRequired']),
      // Real answers leave it out at times.
      severity: v.optional(v.picklist(['informational', 'low', 'medium', 'high', 'critical'])),
    }),
  ),
  alerts: list(v.object({ id: filled, severity: v.picklist(['low', 'medium', 'high']), raisedAt: filled })),
  endpoints: list(v.object({ id: filled })),
  'siem-events': v.object({ items: v.array(anything), has_more: v.boolean(), next_cursor: filled }),
  'partner-admins': list(anything),
  'partner-roles': list(anything),
  // Nothing of it is used, and its fields are not told in what was read of the documentation.
  'partner-billing': anything,
}

const whatOf: Partial<Record<ApiId, string>> = {
  'detections-query': 'detection query',
  'account-health': 'account health',
  cases: 'list of cases',
  alerts: 'list of alerts',
  endpoints: 'list of endpoints',
  'siem-events': 'list of events',
  'partner-admins': 'list of admins',
  'partner-roles': 'list of roles',
  'partner-billing': 'billing usage',
}
