import type { CollectionEnd } from '../asking/worker-pool.ts'
import { CredentialsError } from '../sophos/errors.ts'
import type { RunReport } from '../state/run-report.ts'
import { type Status, statuses, type Tenant } from '../tenants/tenant.ts'
import type { NoList } from '../tenants/tenant-list.ts'
import { sayDuration } from './duration.ts'
import { countByStatus } from './status.ts'

export type Conclusion = Pick<RunReport, 'result' | 'message'>

/** What a run came to, and the same in plain sentences. */
export function concludeRun(run: {
  /** All tenants, after the run. */
  tenants: readonly Tenant[]
  /** The ids of those that were asked in it. */
  asked: ReadonlySet<string>
  durationMs: number
  /** Why it ended before every tenant was asked. */
  endedBy: CollectionEnd
}): Conclusion {
  const { tenants, endedBy } = run
  const asked = tenants.filter(({ id }) => run.asked.has(id))
  const collected = asked.filter(({ status }) => status === 'ok').length
  const refused = asked.filter(({ status }) => status !== 'ok' && status !== 'inactive')
  // Who moved to Fusion, where nobody asks, waits for no run.
  const moved = tenants.filter(({ status }) => status === 'moved').length
  const waiting = tenants.filter(({ id, status }) => !run.asked.has(id) && status !== 'moved').length
  const troubled = tenants.filter(({ status }) => needsAttention(status)).length

  // A run that only got to tenants without a licence says nothing about the others.
  const isTelling =
    waiting === 0 || refused.some(({ status }) => status === 'failed' || status === 'throttled')
  if (collected === 0 && refused.length > 0 && isTelling) {
    return {
      result: 'failed',
      message: `No tenant could be collected: ${attention(tenants)}. ${refused[0]?.reason ?? ''}`,
    }
  }
  const sentences = [
    tenants.length === 0
      ? 'The credential sees no tenants.'
      : `Collected ${collected} of ${say(tenants.length, 'tenant')} in ${sayDuration(run.durationMs)}.`,
    waiting > 0
      ? `${say(waiting, 'tenant')} left for the next run: ${endedBy?.message.replace(/\.$/, '') ?? 'the run ended early'}.`
      : '',
    troubled > 0 ? `${troubled} ${troubled === 1 ? 'needs' : 'need'} attention: ${attention(tenants)}.` : '',
    moved > 0
      ? `${say(moved, 'tenant')} moved to Sophos Fusion and ${moved === 1 ? 'has' : 'have'} no counts here.`
      : '',
  ]
  // Refused credentials stay refused until somebody acts.
  const result = endedBy instanceof CredentialsError ? 'failed' : waiting > 0 ? 'partial' : 'complete'
  return { result, message: sentences.filter(Boolean).join(' ') }
}

/** A run that had nobody to ask. Only a failure is one: a spent budget fills up again by itself. */
export function concludeWithoutList(why: NoList): Conclusion {
  return {
    result: why.endedBy === 'budget' ? 'partial' : 'failed',
    message: `${why.message} The figures are those of earlier runs.`,
  }
}

/** What there is to say while a run goes on. */
export const concludeSoFar = (tenants: number, tried: number): Conclusion => ({
  result: 'running',
  message: `Asked ${tried} of ${say(tenants, 'tenant')} so far.`,
})

const say = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const needsAttention = (status: Status): boolean =>
  status !== 'ok' && status !== 'pending' && status !== 'moved'

/** "7 forbidden, 1 not found" */
function attention(tenants: readonly Tenant[]): string {
  const counts = countByStatus(tenants)
  return statuses
    .filter(status => needsAttention(status) && counts[status] > 0)
    .map(status => `${counts[status]} ${status.replace('_', ' ')}`)
    .join(', ')
}
