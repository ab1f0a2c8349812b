import type { Clock } from '../clock.ts'
import type { PublishedDataset } from '../publish/published-dataset.ts'
import type { Settings } from '../settings.ts'
import type { SophosClient } from '../sophos/client.ts'
import type { ListedTenant } from '../sophos/tenants.ts'
import type { FailedCall, Status, Tenant } from '../tenants/tenant.ts'
import type { Endpoints } from './endpoints.ts'

/**
 * What is asked of every tenant: detections, for one. The engine (`ask-all.ts`) works on pairs of a tenant and a dataset,
 * and knows of a dataset only what stands here; how it is published stands in `PublishedDataset`.
 */
export type Dataset = PublishedDataset & {
  /** How long after a try a tenant is due again, in ms; undefined: as soon as the budget allows. */
  readonly everyMs: number | undefined
  /** How many calls one answer takes on a good day. */
  readonly calls: number
  /** Whether the tenant is asked at all. */
  asks(tenant: Tenant, settings: Settings): boolean
  /**
   * Without `everyMs`: how often the tenant is asked, compared with the others. 2 is twice as often as 1. Undefined counts
   * as the average.
   */
  weight(tenant: Tenant): number | undefined
  /** How long after a try this tenant is left alone although others are not, in ms: asking sooner would be of no use. */
  restMs(tenant: Tenant): number | undefined
  /** When the latest try in which a call was made ended, milliseconds since the epoch; undefined before the first. */
  triedAt(tenant: Tenant): number | undefined
  /** Starts the asking of one run. */
  open(means: Means): Asker
}

/** What a dataset asks with. */
export type Means = {
  readonly client: SophosClient
  readonly endpoints: Endpoints
  readonly clock: Clock
  readonly settings: Settings
  /** Nothing is waited for beyond this moment, milliseconds since the epoch. */
  readonly deadline: number
  /** How many calls there is room for in this run, without those that other datasets still need. */
  readonly room: () => number
  /** The tenants that this run asks. */
  readonly tenants: readonly Tenant[]
}

/** Asks one tenant after the other, and remembers which ones are worth another try in the same run. */
type Asker = {
  /**
   * Asks for one tenant. Whatever goes wrong becomes the answer, except the two errors after which no tenant can be asked:
   * OutOfBudgetError and CredentialsError.
   */
  ask(tenant: ListedTenant): Promise<Answer>
  /** Hands over the tenants that failed because their endpoint was down, each once. */
  takePostponed(): Postponed[]
}

/** The result of one try. */
export type Answer = {
  readonly status: Status
  /** For the log, if there are no figures: why, and which call it was that failed. */
  readonly failure?: { readonly reason: string } & FailedCall
  /** The tenant with this answer: the last good figures stay where there are no new ones. */
  mergeInto(tenant: Tenant): Tenant
}

/** A tenant to be asked again, not before `askAgainAt` (milliseconds since the epoch). */
export type Postponed = { readonly tenant: ListedTenant; readonly askAgainAt: number }
