import * as v from 'valibot'
import { breakersSchema } from '../pacing/breaker.ts'
import { count, moment } from '../schemas.ts'
import type { BySeverity, Hour } from '../sophos/detections.ts'
import { migrationStates, notChecked } from '../tenants/migration.ts'
import { methods, statuses } from '../tenants/tenant.ts'
import { reportSchema } from './run-report.ts'

const optionalText = v.optional(v.string())
const bySeverity = v.object({ critical: count, high: count, medium: count, low: count, info: count })

/** `[startsAt, total, critical, high, medium, low, info]`, without the last five where they are unknown. */
const hourSchema = v.pipe(
  v.union([
    v.strictTuple([moment, count]),
    v.strictTuple([moment, count, count, count, count, count, count]),
  ]),
  v.transform(([startsAt, total, critical, high, medium, low, info]): Hour => {
    const known = critical !== undefined && high !== undefined && medium !== undefined && low !== undefined
    return {
      startsAt,
      total,
      bySeverity: known && info !== undefined ? shared({ critical, high, medium, low, info }) : undefined,
    }
  }),
)

/**
 * Most hours of most tenants have few detections, and so one of few combinations: 240,000 hours of 10,000 tenants share some
 * thousand objects, which saves a third of their memory.
 */
const shared = (given: BySeverity): BySeverity => {
  const { critical, high, medium, low, info } = given
  if (
    critical > mostShared ||
    high > mostShared ||
    medium > mostShared ||
    low > mostShared ||
    info > mostShared
  )
    return given
  const base = mostShared + 1
  const key = (((critical * base + high) * base + medium) * base + low) * base + info
  const known = combinations.get(key)
  if (known) return known
  combinations.set(key, given)
  return given
}
const mostShared = 7
const combinations = new Map<number, BySeverity>()

/** The first line. What only makes the next run quicker must not cost the tenants their figures where it is damaged. */
export const headSchema = v.object({
  schemaVersion: v.literal(1),
  listedAt: v.fallback(v.optional(moment), undefined),
  recordedUntil: v.fallback(v.optional(moment), undefined),
  breakers: v.fallback(v.optional(breakersSchema, {}), {}),
  report: v.fallback(v.optional(reportSchema), undefined),
})

const migrationSchema = v.object({ state: v.picklist(migrationStates), checkedAt: v.optional(moment) })

const unannouncedSchema = v.object({
  ...{ critical: count, high: count },
  ...{ since: moment, from: moment, at: moment },
})

/** Every other line. */
export const tenantSchema = v.object({
  id: v.string(),
  name: v.string(),
  region: optionalText,
  apiHost: optionalText,
  status: v.picklist(statuses),
  reason: optionalText,
  triedAt: v.optional(moment),
  listedSince: v.optional(moment),
  refusedAt: v.optional(moment),
  counts: v.optional(
    v.object({
      total: count,
      bySeverity: v.optional(bySeverity),
      hours: v.array(hourSchema),
      hoursUnknown: v.optional(count),
      to: moment,
      remark: optionalText,
      collectedAt: moment,
      answeredAt: v.optional(moment),
      method: v.picklist(methods),
    }),
  ),
  news: v.optional(v.object({ since: moment, total: count, bySeverity })),
  unannounced: v.optional(unannouncedSchema),
  // Each dataset reads its own part (tenants/further-answers.ts), so that one it cannot read costs no other.
  others: v.optional(v.record(v.string(), v.unknown())),
  migration: v.optional(migrationSchema, notChecked),
})

/** What is left of a tenant whose line is damaged: who it is, whether it moved, and news that was not told yet. */
export const remainsSchema = v.object({
  id: v.string(),
  name: v.fallback(optionalText, undefined),
  region: v.fallback(optionalText, undefined),
  apiHost: v.fallback(optionalText, undefined),
  unannounced: v.fallback(v.optional(unannouncedSchema), undefined),
  migration: v.fallback(v.optional(migrationSchema, notChecked), notChecked),
})
