import * as v from 'valibot'
import { count, time } from '../schemas.ts'
import { parseBody } from './answers.ts'
import { refuseUnbelievable } from './believable.ts'
import type { SophosClient } from './client.ts'
import { type BySeverity, type Counts, type Hour, hourMs, severities, sumSeverities } from './detections.ts'
import { UnexpectedAnswerError } from './errors.ts'

/** 24 hours cut at full hours are 25 parts. */
const mostBuckets = 25

const severityCount = v.optional(v.nullable(count))
const bucketSchema = v.object({
  startsAt: time,
  endsAt: v.optional(v.nullable(time)),
  totalCount: count,
  countBySeverity: v.optional(
    v.nullable(
      v.object({
        critical: severityCount,
        high: severityCount,
        medium: severityCount,
        low: severityCount,
        info: severityCount,
      }),
    ),
  ),
})
const countsSchema = v.object({
  from: v.optional(v.nullable(time)),
  to: v.optional(v.nullable(time)),
  tenant: v.optional(v.object({ id: v.optional(v.string()) })),
  resolution: v.optional(v.string()),
  // The length first, so that of too many none is read.
  resolutionDetectionCounts: v.pipe(v.array(v.unknown()), v.maxLength(mostBuckets), v.array(bucketSchema)),
})

/**
 * Returns a tenant's detections of the last 24 hours by the hour, in one call.
 * Source: official Postman collection, "Get detection counts"; `resolution=hour` alone means the last day.
 */
export async function fetchCounts(
  client: SophosClient,
  host: string,
  tenantId: string,
  now: () => number,
): Promise<Counts> {
  const body = await client.get({
    host,
    path: '/detections/v1/queries/detections/counts',
    query: { resolution: 'hour' },
    headers: { 'x-tenant-id': tenantId },
  })
  return readCounts(body, tenantId, now())
}

/**
 * Reads an answer of the counts endpoint. `now` (ms) replaces a missing `to`. Throws UnexpectedAnswerError if it is not as
 * documented or not to be believed (`believable.ts`); what is doubtful and still of use gets a remark.
 */
export function readCounts(body: unknown, tenantId: string, now: number): Counts {
  const answer = parseBody(countsSchema, body, 'detection counts')
  const to = answer.to ?? now
  const from = answer.from ?? to - 24 * hourMs
  const buckets = answer.resolutionDetectionCounts.sort((a, b) => a.startsAt - b.startsAt)
  refuseUnbelievable(
    { from, to, tenantId: answer.tenant?.id, resolution: answer.resolution, buckets },
    tenantId,
  )
  // Hours without detections are left out, as Sophos may do too: with 10,000 tenants they would take most of the memory.
  const hours = buckets
    .filter(({ totalCount }) => totalCount > 0)
    .map(
      (bucket): Hour => ({
        startsAt: bucket.startsAt,
        total: bucket.totalCount,
        bySeverity: readSeverities(bucket),
      }),
    )
  // The API gives no overall total, only the buckets.
  const total = hours.reduce((sum, hour) => sum + hour.total, 0)
  const bySeverity = addUp(hours)
  if (!Number.isSafeInteger(total) || (bySeverity && !Number.isSafeInteger(sumSeverities(bySeverity)))) {
    throw new UnexpectedAnswerError('Sophos answered with counts that are too large to add up.')
  }
  const remark = remarkOnTime({ from, to }, now) ?? remarkOn(hours, total, bySeverity)
  return { total, bySeverity, hours, to, remark }
}

/**
 * Only `startsAt` and `totalCount` are always there. A severity that is missing or null is zero only if the others add up.
 */
function readSeverities({
  totalCount,
  countBySeverity,
}: v.InferOutput<typeof bucketSchema>): BySeverity | undefined {
  const { critical, high, medium, low, info } = countBySeverity ?? {}
  const given = [critical, high, medium, low, info]
  const counts = {
    critical: critical ?? 0,
    high: high ?? 0,
    medium: medium ?? 0,
    low: low ?? 0,
    info: info ?? 0,
  }
  const allGiven = given.every(figure => typeof figure === 'number')
  return allGiven || sumSeverities(counts) === totalCount ? counts : undefined
}

function addUp(hours: readonly Hour[]): BySeverity | undefined {
  const sum = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  for (const { bySeverity } of hours) {
    if (!bySeverity) return undefined
    for (const severity of severities) sum[severity] += bySeverity[severity]
  }
  return sum
}

/** Old figures are still correct for their own time, which `timeOf` returns. */
function remarkOnTime({ from, to }: { from: number; to: number }, now: number): string | undefined {
  const hours = (to - from) / hourMs
  if (Math.abs(to - now) > hourMs) {
    return `Sophos was asked for the last 24 hours and answered for the 24 hours before ${new Date(to).toISOString()}.`
  }
  // A minute less is none that anyone misses.
  return hours < 24 - 1 / 60
    ? `Sophos was asked for the last 24 hours and answered for ${hours.toFixed(1)} of them.`
    : undefined
}

function remarkOn(
  hours: readonly Hour[],
  total: number,
  bySeverity: BySeverity | undefined,
): string | undefined {
  if (!bySeverity) {
    const unreported = hours.reduce((sum, hour) => sum + (hour.bySeverity ? 0 : hour.total), 0)
    return `Sophos did not report the severities of ${unreported} of ${total} detections.`
  }
  const sum = sumSeverities(bySeverity)
  if (sum !== total) return `Sophos' severities add up to ${sum}, but its total is ${total}.`
  // Too many in one hour and too few in another.
  const wrong = hours.filter(hour => hour.bySeverity && sumSeverities(hour.bySeverity) !== hour.total).length
  return wrong > 0
    ? `In ${wrong} of ${hours.length} hours Sophos' severities do not add up to its total.`
    : undefined
}
