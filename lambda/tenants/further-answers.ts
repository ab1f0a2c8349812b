import * as v from 'valibot'
import { moment, notAfter } from '../schemas.ts'
import { type Status, statuses, type Tenant } from './tenant.ts'

/** What is known of a tenant in one dataset beside the detections. Times in milliseconds since the epoch. */
export type FurtherAnswer<Figures> = {
  /** How the latest try ended. */
  readonly status: Status
  readonly reason?: string | undefined
  /** The end of the latest try in which a call was made. */
  readonly triedAt?: number | undefined
  /** Of the latest good answer, however many tries ago that was. */
  readonly figures?: Figures | undefined
  readonly collectedAt?: number | undefined
}

/** The result of one try. `at` is when it ended; undefined where no call was made. */
export type FurtherOutcome<Figures> =
  | { readonly at: number; readonly status: 'ok'; readonly figures: Figures }
  | {
      readonly at: number | undefined
      readonly status: Exclude<Status, 'ok' | 'pending'>
      readonly reason: string
    }

const answerSchema = v.object({
  status: v.picklist(statuses),
  reason: v.optional(v.string()),
  triedAt: v.optional(moment),
  figures: v.optional(v.unknown()),
  collectedAt: v.optional(moment),
})

/** The answers of all further datasets, without times in the future. One that cannot be read stays as it is. */
export const othersNotAfter = (now: number, others: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(others).map(([name, given]) => {
      const answer = v.safeParse(answerSchema, given)
      if (!answer.success) return [name, given]
      const { triedAt, collectedAt } = answer.output
      const times = { triedAt: notAfter(now, triedAt), collectedAt: notAfter(now, collectedAt) }
      return [name, { ...answer.output, ...times }]
    }),
  )

/**
 * Reads and merges the answers of a dataset, which stand under its name in `tenant.others`. An answer that does not fit
 * `figures` counts as none: the tenant is asked anew.
 */
export function furtherAnswers<const S extends v.GenericSchema>(name: string, figures: S) {
  type Figures = v.InferOutput<S>
  const readFigures = v.safeParser(v.optional(figures))

  function of({ others }: Tenant): FurtherAnswer<Figures> | undefined {
    const answer = v.safeParse(answerSchema, others?.[name])
    if (!answer.success) return undefined
    const found = readFigures(answer.output.figures)
    return found.success ? { ...answer.output, figures: found.output } : undefined
  }
  return {
    of,
    /** The tenant after a try. What failed keeps its last good figures and their age. */
    merge(tenant: Tenant, outcome: FurtherOutcome<Figures>): Tenant {
      const { status } = outcome
      const answer: FurtherAnswer<Figures> =
        outcome.status === 'ok'
          ? { status, triedAt: outcome.at, figures: outcome.figures, collectedAt: outcome.at }
          : { ...of(tenant), status, ...(outcome.at && { triedAt: outcome.at }), reason: outcome.reason }
      return { ...tenant, others: { ...tenant.others, [name]: answer } }
    },
  }
}
