import { type Counts, countDetections, type Detection, detectionsBetween } from './detections.ts'
import { makeTenants, type Tenant, type TenantSpec } from './tenants.ts'

/** The true data behind the simulated API. Times are ms since 1970. */
export type World = {
  readonly tenants: readonly Tenant[]
  /** Returns a tenant by its id, in upper or lower case. */
  tenant(id: string): Tenant | undefined
  /** Counts the detections, past or future, from `from` to `to`, exclusive. Throws for an unknown tenant. */
  counts(tenantId: string, from: number, to: number): Counts
  /** Generates the detections in no particular order. Throws for an unknown tenant. */
  detections(tenantId: string, from: number, to: number): Generator<Detection>
}

export function makeWorld(seed: number, wanted: number | readonly (number | TenantSpec)[]): World {
  const tenants = makeTenants(seed, wanted)
  const byId = new Map(tenants.map(tenant => [tenant.id.toLowerCase(), tenant]))
  const detections = (tenantId: string, from: number, to: number) => {
    const tenant = byId.get(tenantId.toLowerCase())
    if (tenant === undefined) throw new Error(`There is no tenant ${tenantId} in this world.`)
    return detectionsBetween(tenant.activity, from, to)
  }
  return {
    tenants,
    tenant: id => byId.get(id.toLowerCase()),
    counts: (tenantId, from, to) => countDetections(detections(tenantId, from, to)),
    detections,
  }
}
