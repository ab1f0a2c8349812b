import type { Dataset } from '../asking/dataset.ts'
import type { PoolEnd } from '../asking/worker-pool.ts'
import { formatDuration } from '../publish/duration.ts'
import { countByStatus } from '../publish/status.ts'
import { CredentialsError } from '../sophos/errors.ts'
import type { RunReport } from '../state/run-report.ts'
import { type Status, statuses, type Tenant } from '../tenants/tenant.ts'
import type { NoList } from '../tenants/tenant-list.ts'

/** The result of a run: for programs, and in plain sentences. `counts` are the figures of the sentences. */
export type Conclusion = Pick<RunReport, 'result' | 'message' | 'counts' | 'remark'>

/** How far a run came. */
export type Progress = {
  /** All tenants, as they are known now. */
  readonly tenants: readonly Tenant[]
  readonly datasets: readonly [Dataset, ...Dataset[]]
  /** The ids of the tenants that were asked, by dataset. */
  readonly asked: ReadonlyMap<Dataset, ReadonlySet<string>>
}

/** The result of a run that got as far as asking. `endedBy` is why it ended before all tenants were asked, if it did. */
export function concludeRun(run: Progress & { durationMs: number; endedBy: PoolEnd }): Conclusion {
  const { tenants, endedBy } = run
  const [first, ...others] = run.datasets
  const ids = run.asked.get(first) ?? new Set()
  const asked = tenants.filter(({ id }) => ids.has(id))
  const refused = asked.filter(({ status }) => status !== 'ok' && status !== 'inactive')
  const counts = {
    tenants: tenants.length,
    collected: asked.filter(({ status }) => status === 'ok').length,
    // A tenant that moved to Fusion, and is not asked there, waits for no run.
    waiting: tenants.filter(({ id, status }) => !ids.has(id) && status !== 'moved').length,
    needAttention: tenants.filter(({ status }) => needsAttention(status)).length,
    moved: tenants.filter(({ status }) => status === 'moved').length,
  }

  // A run that only got to tenants without a licence says nothing about the others.
  const isTelling =
    counts.waiting === 0 || refused.some(({ status }) => status === 'failed' || status === 'throttled')
  if (counts.collected === 0 && refused.length > 0 && isTelling) {
    const message = `No tenant could be collected: ${byStatus(tenants)}. ${refused[0]?.reason ?? ''}`
    return { result: 'failed', message, counts }
  }
  // Refused credentials stay refused until a person acts.
  const result = endedBy instanceof CredentialsError ? 'failed' : counts.waiting > 0 ? 'partial' : 'complete'
  const sentences = [...sentencesOn(counts, run), ...others.map(dataset => sentenceOn(dataset, run))]
  return { result, message: sentences.filter(Boolean).join(' '), counts }
}

function sentencesOn(
  { tenants, collected, waiting, needAttention, moved }: NonNullable<RunReport['counts']>,
  run: Progress & { durationMs: number; endedBy: PoolEnd },
): string[] {
  const why = run.endedBy?.message.replace(/\.$/, '') ?? 'the run ended early'
  return [
    tenants === 0
      ? 'The credential sees no tenants.'
      : `Collected ${collected} of ${many(tenants, 'tenant')} in ${formatDuration(run.durationMs)}.`,
    waiting > 0 ? `${many(waiting, 'tenant')} left for the next run: ${why}.` : '',
    needAttention > 0
      ? `${needAttention} ${needAttention === 1 ? 'needs' : 'need'} attention: ${byStatus(run.tenants)}.`
      : '',
    moved > 0
      ? `${many(moved, 'tenant')} moved to Sophos Fusion and ${moved === 1 ? 'has' : 'have'} no counts here.`
      : '',
  ]
}

/** A further dataset is worth a sentence where tenants were asked for it. */
function sentenceOn(dataset: Dataset, { tenants, asked }: Progress): string {
  const ids = asked.get(dataset) ?? new Set()
  if (ids.size === 0) return ''
  const good = tenants.filter(tenant => ids.has(tenant.id) && dataset.status(tenant) === 'ok').length
  return `Collected ${dataset.name} of ${good} of ${many(ids.size, 'tenant')}.`
}

/** A run that had no list to go by. Only a failure is one: a spent budget fills up again by itself. */
export function concludeWithoutList(why: NoList): Conclusion {
  return {
    result: why.endedBy === 'budget' ? 'partial' : 'failed',
    message: `${why.message} The figures are those of earlier runs.`,
  }
}

/** What there is to say while a run goes on. */
export function concludeSoFar({ tenants, datasets: [first], asked }: Progress): Conclusion {
  const tried = asked.get(first)?.size ?? 0
  return { result: 'running', message: `Asked ${tried} of ${many(tenants.length, 'tenant')} so far.` }
}

const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const needsAttention = (status: Status): boolean =>
  status !== 'ok' && status !== 'pending' && status !== 'moved'

/** "7 forbidden, 1 not found" */
function byStatus(tenants: readonly Tenant[]): string {
  const counts = countByStatus(tenants.map(({ status }) => status))
  return statuses
    .filter(status => needsAttention(status) && counts[status] > 0)
    .map(status => `${counts[status]} ${status.replace('_', ' ')}`)
    .join(', ')
}
