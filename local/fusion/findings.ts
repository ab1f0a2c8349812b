import * as v from 'valibot'
import { type BySeverity, severities, sumSeverities } from '../../lambda/sophos/detections.ts'
import type { FusionAnswer } from '../../lambda/sophos/fusion/fusion.ts'

const severitySchema = v.object({
  critical: v.number(),
  high: v.number(),
  medium: v.number(),
  low: v.number(),
  info: v.number(),
})
const bucketsSchema = v.object({ aggregation: v.array(v.object({ severities: severitySchema })) })

/** Adds up the server's own buckets over all detectors. Throws if they are not as documented. */
export function sumOfBuckets({ data }: FusionAnswer): BySeverity {
  const { aggregation } = v.parse(bucketsSchema, data.detectionAggregatesBySeverity)
  const sum = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  for (const bucket of aggregation)
    for (const severity of severities) sum[severity] += bucket.severities[severity]
  return sum
}

/** "1 critical, 2 high, 3 medium, 4 low, 5 info, 15 in all" */
export const formatCounts = (counts: BySeverity): string =>
  `${severities.map(severity => `${counts[severity]} ${severity}`).join(', ')}, ${sumSeverities(counts)} in all`

export const isSame = (a: BySeverity, b: BySeverity): boolean =>
  severities.every(severity => a[severity] === b[severity])

/** Formats the conclusion of counting the same detections in two ways. */
export function compare(own: BySeverity | undefined, other: BySeverity | undefined, meaning: string): string {
  if (!own || !other) return 'nothing, as there are no counts to compare.'
  if (sumSeverities(own) === 0) return 'nothing, as there were no detections to compare.'
  return isSame(own, other)
    ? `${meaning}: every severity is the same as in 2.`
    : `not the same as in 2 (${formatCounts(other)}, not ${formatCounts(own)}). Try again, as counts change over time.`
}
