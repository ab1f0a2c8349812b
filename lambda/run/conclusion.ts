import type { Dataset } from '../asking/dataset.ts'
import type { PoolEnd } from '../asking/worker-pool.ts'
import { formatDuration } from '../publish/duration.ts'
import { countByStatus } from '../publish/status.ts'
import { CredentialsError } from '../sophos/errors.ts'
import type { RunReport } from '../state/run-report.ts'
import { isRefused, type Status, statuses, type Tenant } from '../tenants/tenant.ts'
import type { NoList } from '../tenants/tenant-list.ts'
import { activeAmong } from './health.ts'
import { regionsInTrouble } from './trouble.ts'

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

/** A run that got as far as asking. Times in ms. */
type Ended = Progress & {
  readonly durationMs: number
  /** Why it ended before all tenants were asked, if it did. */
  readonly endedBy: PoolEnd
  readonly plannedCycle: number
}

/** The result of a run that got as far as asking. One that got no answer for any tenant it asked fails. */
export function concludeRun(run: Ended): Conclusion {
  const { tenants, endedBy } = run
  const [first, ...others] = run.datasets
  const ids = run.asked.get(first) ?? new Set()
  const asked = tenants.filter(({ id }) => ids.has(id))
  const isActive = activeAmong(tenants, run.plannedCycle)
  // Those that should have figures and got none, be it that Sophos refuses what it used to answer.
  const sickAmong = (some: readonly Tenant[]) =>
    some.filter(tenant => tenant.status !== 'ok' && isActive(tenant))
  const refused = tenants.filter(tenant => isRefused(tenant) && tenant.status !== 'inactive')
  const counts = {
    tenants: tenants.length,
    collected: asked.filter(({ status }) => status === 'ok').length,
    // A tenant that moved to Fusion, or rests because it is refused, waits for no run.
    waiting: tenants.filter(
      tenant => !ids.has(tenant.id) && tenant.status !== 'moved' && first.restMs(tenant) === undefined,
    ).length,
    needAttention: tenants.filter(({ status }) => needsAttention(status)).length,
    moved: tenants.filter(({ status }) => status === 'moved').length,
  }

  // Where all rest because they are refused, nobody is asked, and nobody is any better.
  const sick = sickAmong(asked.length > 0 || counts.waiting > 0 ? asked : tenants)
  const troubles = regionsInTrouble(asked, sick)
  // A run that only got to tenants without a licence says nothing about the others.
  const isTelling = sick.length > 0 || (counts.waiting === 0 && refused.length > 0)
  if (counts.collected === 0 && isTelling) {
    const why = troubles.length > 0 ? troubles : [(sick[0] ?? refused[0])?.reason ?? '']
    const sentences = [`No tenant could be collected: ${byStatus(tenants)}.`, ...why, nextStep(sick)]
    return { result: 'failed', message: sentences.filter(Boolean).join(' '), counts }
  }
  // Refused credentials stay refused until a person acts.
  const result = endedBy instanceof CredentialsError ? 'failed' : counts.waiting > 0 ? 'partial' : 'complete'
  const sentences = [
    ...(asked.length === 0 && counts.waiting > 0 ? notAsked(whyEnded(run)) : sentencesOn(counts, run)),
    ...others.map(dataset => sentenceOn(dataset, run)),
    ...(troubles.length > 0 ? [...troubles, nextStep(sick)] : []),
  ]
  return { result, message: sentences.filter(Boolean).join(' '), counts }
}

function sentencesOn(
  { tenants, collected, waiting, needAttention, moved }: NonNullable<RunReport['counts']>,
  run: Ended,
): string[] {
  return [
    tenants === 0
      ? 'The credential sees no tenants.'
      : `Collected ${collected} of ${many(tenants, 'tenant')} in ${formatDuration(run.durationMs)}.`,
    waiting > 0 ? `${many(waiting, 'tenant')} left for the next run: ${whyEnded(run)}` : '',
    needAttention > 0
      ? `${needAttention} ${needAttention === 1 ? 'needs' : 'need'} attention: ${byStatus(run.tenants)}.`
      : '',
    moved > 0
      ? `${many(moved, 'tenant')} moved to Sophos Fusion and ${moved === 1 ? 'has' : 'have'} no counts here.`
      : '',
  ]
}

/** The end of a run as a sentence. */
const whyEnded = ({ endedBy }: Ended): string =>
  `${endedBy?.message.replace(/\.$/, '') ?? 'the run ended early'}.`

/** Nothing is wrong: the calls of this run are spent, or needed elsewhere, and the next one has its own. */
const notAsked = (why: string): string[] => [
  `No tenant was asked in this run: ${why}`,
  'The next run goes on.',
]

/** What people can do about the tenants that should have figures and got none. */
function nextStep(sick: readonly Tenant[]): string {
  if (sick.length === 0) return ''
  return sick.every(({ status }) => status === 'failed' || status === 'throttled')
    ? 'The next run asks again; https://status.sophos.com may know more.'
    : 'Sophos used to answer: check in Sophos Central that the credential still has its role.'
}

/** A further dataset is worth a sentence where tenants were asked for it. */
function sentenceOn(dataset: Dataset, { tenants, asked }: Progress): string {
  const ids = asked.get(dataset) ?? new Set()
  if (ids.size === 0) return ''
  const good = tenants.filter(tenant => ids.has(tenant.id) && dataset.status(tenant) === 'ok').length
  return `Collected ${dataset.name} of ${good} of ${many(ids.size, 'tenant')}.`
}

/**
 * A run that had no list to go by, with so many tenants known from earlier runs. Only a failure is one: a spent budget fills
 * up again by itself.
 */
export function concludeWithoutList(why: NoList, known: number): Conclusion {
  const keeps = known > 0 ? 'The figures are those of earlier runs.' : 'There are no figures yet.'
  return why.endedBy === 'budget'
    ? { result: 'partial', message: [...notAsked(why.message), keeps].join(' ') }
    : { result: 'failed', message: `${why.message} ${keeps}` }
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
