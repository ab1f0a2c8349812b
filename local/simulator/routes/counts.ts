import { type Call, choice, flag, instant, list, ok, onlyParameters, refuse } from '../call.ts'
import { type Central, tenantOf } from '../central.ts'
import { countDetections, type Detection, hourMs } from '../detections.ts'
import { type Filters, filtered, notModelled, typeNames } from '../filters.ts'
import type { Route } from '../route.ts'
import type { Tenant } from '../tenants.ts'

const dayMs = 24 * hourMs

/** Length of a bucket, and the documented default period without `from` and `to`. */
const resolutions = {
  minute: { bucketMs: 60_000, standardMs: hourMs },
  hour: { bucketMs: hourMs, standardMs: dayMs },
  day: { bucketMs: dayMs, standardMs: 30 * dayMs },
} as const
type Resolution = keyof typeof resolutions

/** Counts of one tenant's detections in time buckets. */
export const countsRoutes: readonly Route[] = [
  {
    name: 'counts',
    method: 'GET',
    path: '/detections/v1/queries/detections/counts',
    on: 'tenant',
    answer(call, central) {
      const tenant = tenantOf(central, call, { licence: true })
      const filters = readFilters(call)
      const { from, to, resolution } = readWindow(call)
      const detections = filtered(visible(central, tenant, from, to, call.now), filters)
      return ok({
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        tenant: { id: tenant.id },
        resolution,
        resolutionDetectionCounts: buckets(detections, from, to, resolution, central.buckets),
      })
    },
  },
]

/**
 * Generates the detections that the service shows at `now`: none of the future, and after a move to Fusion the last day
 * before the move again and again, with current times. How the real numbers are wrong is unknown; these are the worst
 * case, as they look right.
 */
export function* visible(
  central: Central,
  tenant: Tenant,
  from: number,
  to: number,
  now: number,
): Generator<Detection> {
  const { movedAt = Number.POSITIVE_INFINITY } = tenant
  const end = Math.min(to, now)
  yield* central.world.detections(tenant.id, from, Math.min(end, movedAt))
  for (let dayFrom = movedAt; dayFrom < end; dayFrom += dayMs) {
    const shiftMs = dayFrom + dayMs - movedAt
    const [first, last] = [Math.max(from, dayFrom), Math.min(end, dayFrom + dayMs)]
    for (const detection of central.world.detections(tenant.id, first - shiftMs, last - shiftMs))
      yield { ...detection, time: detection.time + shiftMs }
  }
}

function readFilters(call: Call): Filters {
  onlyParameters(
    call,
    ['from', 'to', 'resolution', 'detectionRule', 'showSuppressed', ...notModelled],
    ['ids', 'severity', 'type'],
  )
  for (const name of notModelled)
    if (call.query.has(name)) refuse(call, `The simulator does not support the filter "${name}".`)
  // The simulator has no suppressed detections, so the flag has no effect.
  flag(call, 'showSuppressed')
  const severity = list(call, 'severity')
  if (severity?.some(text => !/^(\d|10)$/.test(text)))
    refuse(call, '"severity" must be whole numbers from 0 to 10.')
  const type = list(call, 'type')
  if (type?.some(text => !typeNames.includes(text)))
    refuse(call, `"type" must be one of: ${typeNames.join(', ')}.`)
  return {
    severity: severity?.map(Number),
    type,
    ids: list(call, 'ids'),
    detectionRule: call.query.get('detectionRule') ?? undefined,
  }
}

/**
 * Reads the period of the query. The documentation does not say how the service chooses the resolution for `from` and
 * `to`, or how long a period may be. The simulator chooses by length, and refuses more than 30 days.
 */
function readWindow(call: Call): { from: number; to: number; resolution: Resolution } {
  const asked = choice(call, 'resolution', ['minute', 'hour', 'day'])
  const from = instant(call, 'from', call.query.get('from'))
  const to = instant(call, 'to', call.query.get('to')) ?? call.now
  const start = from ?? to - resolutions[asked ?? 'day'].standardMs
  if (start >= to) refuse(call, '"from" must be before "to".')
  if (to - start > 30 * dayMs) refuse(call, 'At most 30 days can be counted at once.')
  const resolution = asked ?? (from === undefined ? 'day' : resolutionFor(to - start))
  return { from: start, to, resolution }
}

function resolutionFor(lengthMs: number): Resolution {
  if (lengthMs <= 2 * hourMs) return 'minute'
  return lengthMs <= 3 * dayMs ? 'hour' : 'day'
}

/**
 * No recorded answer is public, so two things are unknown and are options. `aligned`: buckets begin on the hour, so
 * that the last 24 hours are 25 buckets, and the first and last count only what is between `from` and `to`. `empty`:
 * the answer includes buckets without detections.
 */
function buckets(
  detections: Iterable<Detection>,
  from: number,
  to: number,
  resolution: Resolution,
  { aligned, empty }: Central['buckets'],
) {
  const { bucketMs } = resolutions[resolution]
  const origin = aligned ? Math.floor(from / bucketMs) * bucketMs : from
  const parts = Array.from({ length: Math.ceil((to - origin) / bucketMs) }, (): Detection[] => [])
  for (const detection of detections) parts[Math.floor((detection.time - origin) / bucketMs)]?.push(detection)
  return parts.flatMap((part, index) => {
    if (part.length === 0 && !empty) return []
    const { total, bySeverity, byType } = countDetections(part)
    const startsAt = origin + index * bucketMs
    return {
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(aligned ? startsAt + bucketMs : Math.min(to, startsAt + bucketMs)).toISOString(),
      totalCount: total,
      countBySeverity: bySeverity,
      countByType: byType,
    }
  })
}
