import { GraphQLError } from 'graphql'
import type { Central } from '../central.ts'
import { type Counts, countDetections, type Severity, severities } from '../detections.ts'
import { detectionRule } from '../filters.ts'
import { hash, uuid } from '../hash.ts'
import type { Tenant } from '../tenants.ts'
import { positions, type Question, readQuestion } from './question.ts'

/** The tenants of a request: one, or all of a partner or organization. */
export type Scope = { readonly tenants: readonly Tenant[]; readonly isParent: boolean }

const hasMoved = (tenant: Tenant, now: number): boolean =>
  tenant.movedAt !== undefined && tenant.movedAt <= now

/** Returns Fusion's answers at `now` to the fields of its schema. Fusion has no data of tenants that have not moved. */
export function makeAnswers(central: Central, { tenants, isParent }: Scope, now: number) {
  const moved = tenants.filter(tenant => hasMoved(tenant, now))

  function onlyTenant(): Tenant | undefined {
    if (isParent) throw failure('no tenant in context')
    return moved[0]
  }

  const count = (tenant: Tenant, { from, to, matches }: Question): number => {
    const { bySeverity } = countDetections(central.world.detections(tenant.id, from, to))
    return severities.filter(matches).reduce((sum, severity) => sum + bySeverity[severity], 0)
  }

  return {
    caseTypes() {
      const tenant = onlyTenant()
      return { types: tenant ? [{ id: uuid(tenant.activity.key, 41), name: 'investigation' }] : [] }
    },
    detectionSearch({ in: input }: { in?: { cql_query?: string } }) {
      const tenant = onlyTenant()
      const text = input?.cql_query ?? ''
      const question = readQuestion(text, now)
      if (!question) return { status: 'INVALID_REQUEST', reason: `cannot read: ${text}`, alerts: null }
      const found = tenant ? count(tenant, question) : 0
      // For no results, null instead of 0, as reported of the real service.
      const total_results = found === 0 ? null : found
      const group_by = question.bySeverity && tenant ? groups(countsOf(central, tenant, question)) : null
      const list = found > 0 && tenant ? [{ id: uuid(tenant.activity.key, 43) }] : []
      return { status: 'OK', reason: '', alerts: { list, total_results, group_by } }
    },
    detectionCountByTenant({ in: input }: { in: { ql_query: string } }) {
      const question = readQuestion(input.ql_query, now)
      if (!question) throw failure('query not valid for any known schema type(s)')
      const items = moved.map(tenant => ({
        count: count(tenant, question),
        tenant: { id: idOf(central, tenant) },
      }))
      return { items: items.filter(item => item.count > 0) }
    },
    detectionAggregatesBySeverity({ in: input }: { in?: { earliest?: Time; latest?: Time } }) {
      const tenant = onlyTenant()
      const [from, to] = [msOf(input?.earliest) ?? now - 86_400_000, msOf(input?.latest) ?? now]
      const detections = tenant ? [...central.world.detections(tenant.id, from, Math.min(to, now))] : []
      const aggregation = [...Map.groupBy(detections, detectionRule)].map(([key, some]) => {
        const { total, bySeverity } = countDetections(some)
        return { key, count: total, severities: bySeverity }
      })
      return { aggregation }
    },
  }
}

type Time = { readonly seconds?: number; readonly nanos?: number }
const msOf = (time: Time | undefined): number | undefined =>
  time?.seconds === undefined ? undefined : time.seconds * 1_000 + Math.floor((time.nanos ?? 0) / 1e6)

const countsOf = (central: Central, tenant: Tenant, { from, to }: Question): Counts =>
  countDetections(central.world.detections(tenant.id, from, to))

const groups = ({ bySeverity }: Counts) =>
  severities
    .filter(severity => bySeverity[severity] > 0)
    .map((severity: Severity) => ({
      value: bySeverity[severity],
      keys: [{ key: 'severity', value: String(Math.fround(positions[severity])) }],
    }))

/** It is unknown whether Fusion identifies tenants by Sophos Central's ids or by its own numbers. */
const idOf = ({ fusion }: Central, tenant: Tenant): string =>
  fusion.ids === 'central' ? tenant.id : String(100_000 + (hash(tenant.activity.key, 42) % 900_000))

/** All failures behind the gateway have this code. */
const failure = (message: string) =>
  new GraphQLError(message, { extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } })
