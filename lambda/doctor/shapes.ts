import * as v from 'valibot'
import { parseBody } from '../sophos/answers.ts'
import { readCounts } from '../sophos/counts.ts'
import { severities } from '../sophos/detections.ts'
import { UnexpectedAnswerError } from '../sophos/errors.ts'
import type { ApiId } from './catalogue.ts'

/**
 * Checks that a good answer has the fields this product uses, or would use, so that a change of the API is noticed early.
 * Throws UnexpectedAnswerError, which names what is not as documented. `now` in ms.
 */
export function checkShape(api: ApiId, body: unknown, asked: { tenantId: string; now: number }): void {
  if (api === 'detections-counts') checkCounts(body, asked)
  const schema = schemas[api]
  if (schema) parseBody(schema, body, labels[api] ?? 'answer')
}

/** The severities must be complete, and only the known ones. */
function checkCounts(body: unknown, { tenantId, now }: { tenantId: string; now: number }): void {
  const { remark } = readCounts(body, tenantId, now)
  if (remark) throw new UnexpectedAnswerError(remark)
  const { resolutionDetectionCounts } = v.parse(bySeverity, body)
  const given = resolutionDetectionCounts.flatMap(({ countBySeverity }) => Object.keys(countBySeverity ?? {}))
  refuseUnknown('severity', given, severities)
}

const bySeverity = v.object({
  resolutionDetectionCounts: v.array(
    v.object({ countBySeverity: v.optional(v.nullable(v.record(v.string(), v.unknown()))) }),
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
/** The answer also has `snoozed` and numbers of devices; a table of health scores needs only this. */
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
      // Real answers sometimes leave it out.
      severity: v.optional(v.picklist(['informational', 'low', 'medium', 'high', 'critical'])),
    }),
  ),
  alerts: list(v.object({ id: filled, severity: v.picklist(['low', 'medium', 'high']), raisedAt: filled })),
  endpoints: list(v.object({ id: filled })),
  'siem-events': v.object({ items: v.array(anything), has_more: v.boolean(), next_cursor: filled }),
  'partner-admins': list(anything),
  'partner-roles': list(anything),
  // Not used, and the documentation that was read does not name its fields.
  'partner-billing': anything,
}

const labels: Partial<Record<ApiId, string>> = {
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
