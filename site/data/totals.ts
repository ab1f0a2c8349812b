import { needsAttention, type Severity, type Tenant } from './tenant.ts'

/** A sum over the tenants that have the figure, and how many have none. `known` is undefined where nobody has it. */
export type Sum = { known: number | undefined; unknownTenants: number }

export type Totals = {
  tenants: number
  needAttention: number
  pending: number
  bySeverity: Record<Severity, Sum>
  total: Sum
}

/** Adds up the rows. An unknown count is left out and counted as left out; it is never taken for zero. */
export function addUp(tenants: readonly Tenant[]): Totals {
  return {
    tenants: tenants.length,
    needAttention: tenants.filter(needsAttention).length,
    pending: tenants.filter(tenant => tenant.status === 'pending').length,
    bySeverity: {
      critical: sum(tenants, tenant => tenant.counts.critical),
      high: sum(tenants, tenant => tenant.counts.high),
      medium: sum(tenants, tenant => tenant.counts.medium),
      low: sum(tenants, tenant => tenant.counts.low),
      info: sum(tenants, tenant => tenant.counts.info),
    },
    total: sum(tenants, tenant => tenant.total),
  }
}

function sum(tenants: readonly Tenant[], figure: (tenant: Tenant) => number | undefined): Sum {
  const figures = tenants.map(figure).filter(value => value !== undefined)
  return {
    known: figures.length > 0 ? figures.reduce((a, b) => a + b, 0) : undefined,
    unknownTenants: tenants.length - figures.length,
  }
}
