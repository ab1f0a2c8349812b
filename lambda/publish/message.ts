import { sayDuration } from '../duration.ts'
import { type Outcome, type Status, statuses, type Tenant } from '../tenant.ts'
import { countByStatus, type RunResult } from './status.ts'

/** What a run came to, and the same in plain sentences. */
export function concludeRun(run: {
  tenants: readonly Tenant[]
  outcomes: ReadonlyMap<string, Outcome>
  durationMs: number
  /** Why it ended before every tenant was asked. */
  endedBy: string | undefined
}): { result: RunResult; message: string } {
  const { tenants, outcomes, endedBy } = run
  const collected = [...outcomes.values()].filter(({ status }) => status === 'ok').length
  const refused = [...outcomes.values()].filter(({ status }) => status !== 'ok' && status !== 'inactive')
  const waiting = tenants.length - outcomes.size
  const troubled = tenants.filter(({ status }) => needsAttention(status)).length

  if (collected === 0 && refused.length > 0) {
    return {
      result: 'failed',
      message: `No tenant could be collected: ${attention(tenants)}. ${firstReason(refused)}`,
    }
  }
  const sentences = [
    tenants.length === 0
      ? 'The credential sees no tenants.'
      : `Collected ${collected} of ${say(tenants.length, 'tenant')} in ${sayDuration(run.durationMs)}.`,
    waiting > 0
      ? `${say(waiting, 'tenant')} left for the next run: ${endedBy ?? 'the run ended early'}.`
      : '',
    troubled > 0 ? `${troubled} ${troubled === 1 ? 'needs' : 'need'} attention: ${attention(tenants)}.` : '',
  ]
  return { result: waiting > 0 ? 'partial' : 'complete', message: sentences.filter(Boolean).join(' ') }
}

/** A run that had nobody to ask. Only a failure is one: a spent budget fills up again by itself. */
export function concludeWithoutList(why: { endedBy: 'budget' | 'failure'; message: string }): {
  result: RunResult
  message: string
} {
  return {
    result: why.endedBy === 'budget' ? 'partial' : 'failed',
    message: `${why.message} The figures are those of earlier runs.`,
  }
}

const say = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const needsAttention = (status: Status): boolean => status !== 'ok' && status !== 'pending'

/** "7 forbidden, 1 not found" */
function attention(tenants: readonly Tenant[]): string {
  const counts = countByStatus(tenants)
  return statuses
    .filter(status => needsAttention(status) && counts[status] > 0)
    .map(status => `${counts[status]} ${status.replace('_', ' ')}`)
    .join(', ')
}

function firstReason(outcomes: readonly Outcome[]): string {
  const [first] = outcomes
  return first && 'reason' in first ? first.reason : ''
}
