import * as v from 'valibot'
import { badRequest, Refusal } from '../answers.ts'
import { type Call, ok, type Route, refuse } from '../call.ts'
import type { Central } from '../central.ts'
import { tenantOnFusion } from '../central.ts'
import { countDetections, type Severity, severities } from '../detections.ts'
import type { Tenant } from '../tenants.ts'

const Document = v.object({ query: v.string(), variables: v.optional(v.record(v.string(), v.unknown())) })
const Search = v.object({ cql_query: v.string() })

/** Where Fusion's scale (0 to 1) has a detection of each severity. */
const positions: Record<Severity, number> = { info: 0.1, low: 0.3, medium: 0.5, high: 0.7, critical: 0.9 }

/**
 * Sophos Fusion's GraphQL, as far as two questions go: has this tenant moved (`caseTypes`), and how many detections of
 * these severities did it have (`detectionSearch`, under any number of aliases, each with its own variable).
 * It reads these two out of a document by pattern and validates nothing else of it.
 */
export const fusionRoutes: readonly Route[] = [
  {
    name: 'fusion',
    method: 'POST',
    path: '/graphql',
    on: 'global',
    answer(call, central) {
      const tenant = tenantOnFusion(central, call)
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Document), call.body)
      if (!parsed.success) throw new Refusal(badRequest('The body is not a GraphQL request.', call.now))
      const { query, variables = {} } = parsed.output
      const moved = tenant.movedAt !== undefined && tenant.movedAt <= call.now
      if (/\bcaseTypes\b/.test(query)) {
        const types = moved ? [{ id: '0f2d1c7e-52c0-4c1b-9b1e-6d6a3f0f7a01', name: 'investigation' }] : []
        return ok({ data: { caseTypes: { types } } })
      }
      const searches = [...query.matchAll(/(?:(\w+)\s*:\s*)?detectionSearch\s*\(\s*in\s*:\s*\$(\w+)\s*\)/g)]
      if (searches.length === 0) {
        const extensions = { code: 'GRAPHQL_VALIDATION_FAILED' }
        return ok({ errors: [{ message: 'Cannot query this field.', locations: [], extensions }] }, 400)
      }
      const missing = searches.find(([, , name = '']) => !v.is(Search, variables[name]))
      if (missing !== undefined)
        return ok({
          errors: [{ message: `$${missing[2]} is missing.`, extensions: { code: 'BAD_USER_INPUT' } }],
        })
      const data = searches.map(([, alias = 'detectionSearch', name = '']) => {
        const { cql_query } = v.parse(Search, variables[name])
        return [alias, search(call, central, moved ? tenant : undefined, cql_query)]
      })
      return ok({ data: Object.fromEntries(data) })
    },
  },
]

/** What a tenant that has not moved is answered is not known; the simulator finds nothing for it. */
function search(call: Call, central: Central, tenant: Tenant | undefined, text: string) {
  const question = readQuestion(call, text)
  if (question === undefined)
    return { status: 'INVALID_REQUEST', reason: `cannot read: ${text}`, alerts: null }
  const { from, to, matches } = question
  const end = Math.min(to, call.now)
  const counts = tenant && countDetections(central.world.detections(tenant.id, from, end))
  const found = severities
    .filter(matches)
    .reduce((sum, severity) => sum + (counts?.bySeverity[severity] ?? 0), 0)
  // Nothing found is reported as null, as the real service is said to do.
  return { status: 'OK', reason: '', alerts: { total_results: found === 0 ? null : found } }
}

/** Reads `FROM alert [WHERE severity >= 0.2 AND severity < 0.4] EARLIEST=… [LATEST=…]`, in any case. */
function readQuestion(call: Call, text: string) {
  const whole =
    /^from\s+alert(?:\s+where)?((?:\s+(?:and\s+)?severity\s*(?:>=|<=|>|<|=)\s*[\d.]+)*)\s+(?:and\s+)?earliest\s*=\s*(\S+)(?:\s+(?:and\s+)?latest\s*=\s*(\S+))?$/i
  const [, conditions, earliest, latest] = whole.exec(text.trim()) ?? []
  if (conditions === undefined || earliest === undefined) return undefined
  const from = moment(call, earliest)
  const to = latest === undefined ? call.now : moment(call, latest)
  const tests = [...conditions.matchAll(/(>=|<=|>|<|=)\s*([\d.]+)/g)].map(([, sign, number]) => {
    const bound = Number(number)
    return (at: number) =>
      (sign?.includes('>') && at > bound) ||
      (sign?.includes('<') && at < bound) ||
      (sign?.includes('=') && at === bound)
  })
  return { from, to, matches: (severity: Severity) => tests.every(test => test(positions[severity])) }
}

/** `-24h`, `-90d`, or a moment in quotes. */
function moment(call: Call, text: string): number {
  const [, count, unit] = /^-(\d{1,4})([mhd])$/i.exec(text) ?? []
  const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
  if (count !== undefined) return call.now - Number(count) * (units[unit?.toLowerCase() ?? ''] ?? 0)
  const time = Date.parse(text.replace(/^['"]|['"]$/g, ''))
  return Number.isNaN(time) ? refuse(call, `${text} is no moment.`) : time
}
