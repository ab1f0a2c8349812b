import { choice, flag, instant, ok, onlyParameters, refuse, wholeNumber } from '../call.ts'
import { tenantOf } from '../central.ts'
import type { Detection } from '../detections.ts'
import { detectionRule } from '../filters.ts'
import { pick, uuid } from '../hash.ts'
import type { Route } from '../route.ts'
import type { Tenant } from '../tenants.ts'
import { visible } from './counts.ts'

const dayMs = 86_400_000

/** Alerts: one for each threat detection of medium severity or higher. Paged by key. */
export const alertsRoutes: readonly Route[] = [
  {
    name: 'alerts',
    method: 'GET',
    path: '/common/v1/alerts',
    on: 'tenant',
    answer(call, central) {
      const tenant = tenantOf(central, call, { licence: false })
      onlyParameters(call, ['severity', 'from', 'to', 'pageSize', 'pageFromKey', 'pageTotal'])
      const severity = choice(call, 'severity', ['low', 'medium', 'high'])
      const to = instant(call, 'to', call.query.get('to')) ?? call.now
      const from = instant(call, 'from', call.query.get('from')) ?? to - 30 * dayMs
      if (from >= to || to - from > 90 * dayMs)
        refuse(call, '"from" must be before "to", by at most 90 days.')
      const size = wholeNumber(call, 'pageSize', 50, 1, 100)
      const start = wholeNumber(call, 'pageFromKey', 0, 0, 999_999_999)
      const alerts = [...visible(central, tenant, from, to, call.now)]
        .filter(({ type, level }) => type === 'threat' && level >= 4)
        .map(detection => alertOf(tenant, detection))
        .filter(alert => severity === undefined || alert.severity === severity)
      const next = start + size
      return ok({
        items: alerts.slice(start, next),
        pages: {
          ...(next < alerts.length && { nextKey: `${next}` }),
          ...(flag(call, 'pageTotal') && { total: Math.ceil(alerts.length / size), items: alerts.length }),
          size,
          maxSize: 100,
        },
      })
    },
  },
]

function alertOf(tenant: Tenant, detection: Detection) {
  const { key } = detection
  return {
    id: uuid(key, 51),
    allowedActions: ['acknowledge'],
    category: pick(['malware', 'pua', 'runtimeDetections'], key, 52),
    description: `${detectionRule(detection)} needs attention.`,
    groupKey: uuid(key, 53),
    managedAgent: { id: uuid(key, 25), type: pick(['computer', 'server'], key, 22) },
    product: pick(['endpoint', 'server'], key, 54),
    raisedAt: new Date(detection.time).toISOString(),
    severity: detection.level >= 7 ? 'high' : 'medium',
    tenant: { id: tenant.id, name: tenant.name },
    type: 'Event::Endpoint::Threat::Detected',
  }
}
