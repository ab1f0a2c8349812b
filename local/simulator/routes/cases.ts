import { type Call, choice, instant, ok, onlyParameters, page, refuse, wholeNumber } from '../call.ts'
import { tenantOf } from '../central.ts'
import type { Detection } from '../detections.ts'
import { detectionId, detectionRule } from '../filters.ts'
import { hash, pick, unit } from '../hash.ts'
import type { Route } from '../route.ts'
import type { Tenant } from '../tenants.ts'
import { visible } from './counts.ts'

const statuses = ['new', 'investigating', 'onHold', 'resolved', 'actionRequired'] as const
const caseSeverities = ['informational', 'low', 'medium', 'high', 'critical'] as const

/** Cases: one for each detection of high or critical severity. */
export const casesRoutes: readonly Route[] = [
  {
    name: 'cases',
    method: 'GET',
    path: '/cases/v1/cases',
    on: 'tenant',
    answer(call, central) {
      const tenant = tenantOf(central, call, { licence: true })
      onlyParameters(call, [
        'status',
        'severity',
        'managedBy',
        'createdAfter',
        'createdBefore',
        'page',
        'pageSize',
      ])
      const status = choice(call, 'status', statuses)
      const severity = choice(call, 'severity', caseSeverities)
      const managedBy = choice(call, 'managedBy', ['self', 'sophos'])
      const from = createdAfter(call)
      const to = instant(call, 'createdBefore', call.query.get('createdBefore')) ?? call.now
      const current = wholeNumber(call, 'page', 1, 1, 1_000_000)
      // Some scripts request 5,000, but one user measured 400 above 50. The simulator is strict.
      const size = wholeNumber(call, 'pageSize', 50, 1, 50)
      const cases = [...visible(central, tenant, from, to, call.now)]
        .filter(({ level }) => level >= 7)
        .map(detection => caseOf(tenant, detection))
        .filter(item => status === undefined || item.status === status)
        .filter(item => severity === undefined || item.severity === severity)
        .filter(item => managedBy === undefined || item.managedBy === managedBy)
        .toSorted((one, other) => other.createdAt.localeCompare(one.createdAt))
      const { rows, total } = page(cases, current, size)
      return ok({ items: rows, pages: { current, size, ...total, maxSize: 50 } })
    },
  },
]

/** Reads a time, or a number of days before now. Default `-P30D`. */
function createdAfter(call: Call): number {
  const text = call.query.get('createdAfter') ?? '-P30D'
  const days = /^-P(\d{1,2})D$/.exec(text)?.[1]
  const from = days === undefined ? instant(call, 'createdAfter', text) : call.now - Number(days) * 86_400_000
  if (from === undefined || call.now - from > 90 * 86_400_000)
    refuse(call, 'The simulator has cases of the last 90 days only.')
  return from
}

function caseOf(tenant: Tenant, detection: Detection) {
  const { key } = detection
  return {
    id: `case-${detection.time.toString(36)}-${key.toString(36)}`,
    type: 'investigation',
    name: `${detectionRule(detection)} on a device`,
    tenant: { id: tenant.id },
    createdAt: new Date(detection.time).toISOString(),
    status: pick(statuses, key, 41),
    managedBy: pick(['self', 'sophos'], tenant.activity.key, 42),
    // The real service may omit it.
    ...(unit(key, 43) < 0.9 && { severity: detection.severity }),
    initialDetection: {
      id: detectionId(detection),
      severity: detection.level,
      time: new Date(detection.time).toISOString(),
    },
    detectionCount: 1 + (hash(key, 44) % 12),
    escalated: unit(key, 45) < 0.05,
  }
}
