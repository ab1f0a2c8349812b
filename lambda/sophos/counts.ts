import * as v from 'valibot'
import { count, time } from '../schemas.ts'
import { parseBody } from './answers.ts'
import type { SophosClient } from './client.ts'
import { type BySeverity, type Counts, type Hour, hourMs, severities, sumSeverities } from './detections.ts'
import { UnexpectedAnswerError } from './errors.ts'

const countsSchema = v.object({
  to: v.optional(time),
  tenant: v.optional(v.object({ id: v.optional(v.string()) })),
  resolution: v.optional(v.string()),
  resolutionDetectionCounts: v.array(
    v.object({
      startsAt: time,
      totalCount: count,
      countBySeverity: v.optional(v.nullable(v.record(v.string(), count))),
    }),
  ),
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

/** Reads an answer of the counts endpoint. `now` (ms) replaces a missing `to`. Throws UnexpectedAnswerError. */
export function readCounts(body: unknown, tenantId: string, now: number): Counts {
  const answer = parseBody(countsSchema, body, 'detection counts')
  const to = answer.to ?? now
  refuseOtherThanAsked(answer, tenantId, to)

  // Hours without detections are left out, as Sophos may do too: with 10,000 tenants they would take most of the memory.
  const hours = answer.resolutionDetectionCounts
    .filter(({ totalCount }) => totalCount > 0)
    .map(
      (bucket): Hour => ({
        startsAt: bucket.startsAt,
        total: bucket.totalCount,
        bySeverity: readSeverities(bucket),
      }),
    )
    .sort((a, b) => a.startsAt - b.startsAt)
  // The API gives no overall total, only the buckets.
  const total = hours.reduce((sum, hour) => sum + hour.total, 0)
  const bySeverity = addUp(hours)
  const remark = remarkOnTime(to, now) ?? remarkOn(hours, total, bySeverity)
  return { total, bySeverity, hours, to, remark }
}

type Answer = v.InferOutput<typeof countsSchema>

/** Throws if the figures are of another time or tenant: they would be wrong without looking wrong. */
function refuseOtherThanAsked(answer: Answer, tenantId: string, to: number): void {
  if (answer.resolution !== undefined && answer.resolution !== 'hour') {
    throw new UnexpectedAnswerError(
      `Sophos was asked for counts by the hour and answered by "${answer.resolution.slice(0, 50)}".`,
    )
  }
  const answeredFor = answer.tenant?.id
  if (
    answeredFor &&
    isUuid(answeredFor) &&
    isUuid(tenantId) &&
    answeredFor.toLowerCase() !== tenantId.toLowerCase()
  ) {
    throw new UnexpectedAnswerError('Sophos answered with the counts of another tenant.')
  }
  // 24 hours split at full hours begin at most 25 hours before the end.
  const outside = answer.resolutionDetectionCounts.find(
    ({ startsAt }) => startsAt < to - 25 * hourMs || startsAt > to + hourMs,
  )
  if (outside) {
    throw new UnexpectedAnswerError(
      `Sophos was asked for the last 24 hours and answered with ${new Date(outside.startsAt).toISOString()} as well.`,
    )
  }
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** Only `startsAt` and `totalCount` are always there. A missing severity is zero only if the others add up. */
function readSeverities({
  totalCount,
  countBySeverity,
}: Answer['resolutionDetectionCounts'][number]): BySeverity | undefined {
  const given = countBySeverity ?? {}
  const { critical = 0, high = 0, medium = 0, low = 0, info = 0 } = given
  const counts = { critical, high, medium, low, info }
  const allGiven = severities.every(severity => given[severity] !== undefined)
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
function remarkOnTime(to: number, now: number): string | undefined {
  if (Math.abs(to - now) <= hourMs) return undefined
  return `Sophos was asked for the last 24 hours and answered for the 24 hours before ${new Date(to).toISOString()}.`
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
  return sum === total ? undefined : `Sophos' severities add up to ${sum}, but its total is ${total}.`
}
