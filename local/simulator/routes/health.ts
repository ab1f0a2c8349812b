import { list, ok, onlyParameters, refuse } from '../call.ts'
import { tenantOf } from '../central.ts'
import { hash, unit } from '../hash.ts'
import type { Route } from '../route.ts'
import type { Tenant } from '../tenants.ts'

const checks = ['protection', 'policy', 'exclusions', 'tamperProtection'] as const
type Check = (typeof checks)[number]

/** The health of a tenant's protection in scores from 0 to 100, constant over time. */
export const healthRoutes: readonly Route[] = [
  {
    name: 'health',
    method: 'GET',
    path: '/account-health-check/v1/health-check',
    on: 'tenant',
    answer(call, central) {
      const tenant = tenantOf(central, call, { licence: false })
      onlyParameters(call, [], ['checks', 'products'])
      const asked = list(call, 'checks') ?? checks
      const unknown = asked.find(text => !checks.some(check => check === text))
      if (unknown !== undefined) refuse(call, `"checks" must be among: ${checks.join(', ')}.`)
      const products = list(call, 'products') ?? ['endpoint']
      if (products.some(product => product !== 'endpoint'))
        refuse(call, 'The simulator supports the product "endpoint" only.')
      const wanted = checks.filter(check => asked.includes(check))
      return ok({
        tenant: { id: tenant.id },
        endpoint: Object.fromEntries(wanted.map(check => [check, report(tenant, check)])),
      })
    },
  },
]

function report(tenant: Tenant, check: Check): unknown {
  const computer = (field: string) => group(tenant, check, 'computer', field)
  const server = (field: string) => group(tenant, check, 'server', field)
  switch (check) {
    case 'protection':
      return { computer: computer('notFullyProtected'), server: server('notFullyProtected') }
    case 'policy':
      return {
        computer: { 'threat-protection': { ...computer('notOnRecommended'), policies: [] } },
        server: { 'server-threat-protection': { ...server('notOnRecommended'), policies: [] } },
      }
    case 'exclusions': {
      const risks = hash(tenant.activity.key, 31) % 4
      return {
        policy: {
          computer: { ...computer('numberOfSecurityRisks'), exclusions: [] },
          server: { ...server('numberOfSecurityRisks'), exclusions: [] },
        },
        global: {
          numberOfSecurityRisks: risks,
          lockedByManagingAccount: false,
          snoozed: false,
          score: 100 - 25 * risks,
          scanningExclusions: [],
        },
      }
    }
    case 'tamperProtection': {
      const enabled = unit(tenant.activity.key, 32) < 0.95
      return {
        computer: computer('disabled'),
        server: server('disabled'),
        globalDetail: { enabled, snoozed: false, score: enabled ? 100 : 0 },
        global: enabled,
      }
    }
  }
}

/** The devices of one kind: total, number with problems, and score. */
function group(tenant: Tenant, check: Check, kind: 'computer' | 'server', field: string) {
  const { key } = tenant.activity
  const total = kind === 'computer' ? 5 + (hash(key, 33) % 400) : 1 + (hash(key, 34) % 40)
  // Most tenants have few problems, some have many.
  const wrong = Math.floor(total * unit(key, checks.indexOf(check), kind.length, 35) ** 6)
  return {
    total,
    [field]: wrong,
    snoozed: unit(key, checks.indexOf(check), kind.length, 36) < 0.05,
    score: Math.round((100 * (total - wrong)) / total),
  }
}
