import type { BySeverity, Counts } from '../sophos/detections.ts'
import type { ListedTenant } from '../sophos/tenants.ts'
import type { Migration } from './migration.ts'

/**
 * How the latest try to ask for a tenant's detections ended.
 *
 * - `ok`: there are counts
 * - `pending`: not tried yet
 * - `inactive`: Sophos names no API host for it, so it cannot be asked
 * - `forbidden`: 403: no XDR or MDR licence, partner assistance off, a trial
 * - `not_found`: 404
 * - `moved`: to Sophos Fusion, where this API's figures are wrong
 * - `throttled`: the rate limit was reached and stayed so
 * - `failed`: anything else
 */
export const statuses = [
  'ok',
  'pending',
  'inactive',
  'forbidden',
  'not_found',
  'moved',
  'throttled',
  'failed',
] as const
export type Status = (typeof statuses)[number]

/** Whether Sophos gave a plain reason why the tenant has no figures; for `inactive` no call is needed to know it. */
export const isRefused = ({ status }: { readonly status: Status }): boolean =>
  status === 'forbidden' || status === 'not_found' || status === 'inactive'

/** The way by which counts came. */
export const methods = ['counts', 'query', 'fusion'] as const
type Method = (typeof methods)[number]

/**
 * What came in between two good answers. `since` (milliseconds since the epoch) is the earlier one's time, or the start of
 * the later one's 24 hours where that is later.
 */
export type NewDetections = {
  readonly since: number
  readonly total: number
  readonly bySeverity: BySeverity
}

/**
 * New critical and high detections of which no event has told yet, of one answer or of several. Times in milliseconds since
 * the epoch.
 */
export type Unannounced = {
  readonly critical: number
  readonly high: number
  /** The time of the figures before the first of them. */
  readonly since: number
  /** When the first answer with some of them was received: later ones of the tenant have a later time. */
  readonly from: number
  /** The time of the figures that last brought some. */
  readonly at: number
}

/** The last good counts of a tenant. Times in milliseconds since the epoch. */
export type CollectedCounts = Counts & {
  /** The time of the figures. */
  readonly collectedAt: number
  /** When the answer was received: later than `collectedAt` where Sophos lags behind. States of version 0.1.0 lack it. */
  readonly answeredAt?: number | undefined
  readonly method: Method
}

/** When the answer with these counts was received, milliseconds since the epoch. */
export const answeredAt = (counts: CollectedCounts): number => counts.answeredAt ?? counts.collectedAt

/**
 * All that is known of a tenant: one row of the CSV, and what the next run starts from. Status, reason, `triedAt`, counts and
 * news are those of its detections, the first dataset.
 */
export type Tenant = ListedTenant & {
  readonly status: Status
  /** A plain sentence wherever the status is not ok; on an ok row a remark on its figures, if there is one. */
  readonly reason: string | undefined
  /** The end of the latest try in which a call was made, milliseconds since the epoch. */
  readonly triedAt: number | undefined
  /** Of the latest good answer, however many tries ago that was. */
  readonly counts: CollectedCounts | undefined
  /** Between the last two good answers; undefined where that is not known. */
  readonly news: NewDetections | undefined
  /** When it was first listed, milliseconds since the epoch; undefined in the state of an earlier version. */
  readonly listedSince?: number | undefined
  /** When Sophos last gave a plain reason why it has no figures: 403, 404, or no API host; milliseconds since the epoch. */
  readonly refusedAt?: number | undefined
  readonly unannounced?: Unannounced | undefined
  readonly migration: Migration
  /** What further datasets know of it, by their names, as the state holds it: each reads its own (`further-answers.ts`). */
  readonly others?: Readonly<Record<string, unknown>> | undefined
}

/** The call that decided a failed try, if one was made: the endpoint's name, and the HTTP status if there was an answer. */
export type FailedCall = { readonly endpoint?: string | undefined; readonly http?: number | undefined }

/**
 * The result of one try. `at` is when it ended (milliseconds since the epoch); undefined where no call was made, so that the
 * tenant's turn is still to come.
 */
export type Outcome =
  | { readonly at: number; readonly status: 'ok'; readonly counts: CollectedCounts }
  | ({
      readonly at: number | undefined
      readonly status: Exclude<Status, 'ok' | 'pending'>
      readonly reason: string
    } & FailedCall)
