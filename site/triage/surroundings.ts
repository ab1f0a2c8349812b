import type { Tenant } from '../data/tenant.ts'
import type { Unseen } from './seen.ts'

/** What filters and sorting know of a tenant besides its row. */
export type Surroundings = {
  groupsOf: (tenant: Tenant) => readonly string[]
  isMuted: (tenant: Tenant) => boolean
  unseenOf: (tenant: Tenant) => Unseen | undefined
  /** BCP 47, for the order of names. */
  locale: string
}
