import type { Answer, Dataset } from '../../asking/dataset.ts'
import { createFusionAsker } from '../../fusion/counts/ask.ts'
import { fusionEndpoint } from '../../fusion/endpoint.ts'
import type { Row } from '../../publish/published-dataset.ts'
import { hourMs, severities } from '../../sophos/detections.ts'
import { hostRule } from '../../sophos/hosts.ts'
import { isUsableId } from '../../sophos/ids.ts'
import { isMoved } from '../../tenants/migration.ts'
import { isRefused, type Outcome, type Tenant } from '../../tenants/tenant.ts'
import { createAsker } from './ask.ts'
import { columns, communityColumns } from './columns.ts'
import { mergeOutcome } from './merge.ts'

/**
 * The detections of the last 24 hours, by severity and by hour. The first dataset: its figures stand on the tenant itself.
 * Tenants that moved to Sophos Fusion are asked there if its counts are switched on, and nowhere else.
 */
export const detections: Dataset = {
  name: 'detections',
  file: 'detections.csv',
  columns,
  community: { file: 'community/detections.csv', columns: communityColumns },
  worstFirst,
  everyMs: undefined,
  calls: 1,
  asks: (tenant, { fusion }) => !isMoved(tenant) || fusion.counts === 'auto',
  weight,
  restMs,
  triedAt: ({ triedAt }) => triedAt,
  status: ({ status }) => status,
  collectedAt: ({ counts }) => counts?.collectedAt,
  open({ tenants, settings, room, ...means }) {
    const moved = new Set(
      tenants
        .filter(isMoved)
        .map(({ id }) => id)
        .filter(isUsableId),
    )
    let movedWaiting = moved.size
    const askFusion = createFusionAsker({ ...means, url: settings.fusion.url })
    const asker = createAsker({
      ...means,
      checkHost: hostRule(settings.apiUrl),
      room: () => room() - movedWaiting,
      tenants: tenants.filter(tenant => !isMoved(tenant)),
    })
    return {
      async ask(tenant) {
        if (!moved.has(tenant.id)) {
          const outcome = await asker.ask(tenant)
          return {
            status: outcome.status,
            ...failureOf(outcome),
            mergeInto: before => mergeOutcome(before, outcome),
          }
        }
        movedWaiting -= 1
        const answer = await askFusion(tenant.id)
        return {
          status: answer.status,
          ...(answer.status !== 'ok' && failureOf({ ...answer, endpoint: fusionEndpoint.name })),
          mergeInto: before =>
            mergeOutcome(before, answer.status === 'ok' ? answer.outcome(before.counts) : answer),
        }
      },
      takePostponed: asker.takePostponed,
    }
  },
}

/** What the log says of an outcome without figures. */
function failureOf(outcome: Outcome): Pick<Answer, 'failure'> {
  if (outcome.status === 'ok') return {}
  const { reason, endpoint, http } = outcome
  return { failure: { reason, endpoint, http } }
}

/** Critical or high detections this recent make more of them likely. */
const recentMs = 3 * hourMs
const dayMs = 24 * hourMs

/**
 * The square root of the rate at which detections come: with as many calls, no other weights make the mean time from a
 * detection to its row shorter. The rate is that of the last 24 hours, doubled while critical or high ones are recent. The
 * half stands for what a day without any says: little. Undefined before the first answer.
 */
function weight({ counts }: Pick<Tenant, 'counts'>): number | undefined {
  if (!counts) return undefined
  const isHot = counts.hours.some(
    ({ startsAt, bySeverity }) =>
      startsAt >= counts.to - recentMs && bySeverity && bySeverity.critical + bySeverity.high > 0,
  )
  return Math.sqrt((counts.total + 0.5) * (isHot ? 2 : 1))
}

/**
 * A tenant that is refused rests: for a day if it was never answered, or else, after a day without an answer, for a 24th of
 * the time since. So a licence that ended costs a call a day, and a right that comes back is seen soon.
 */
function restMs({ status, counts, triedAt = 0 }: Pick<Tenant, 'status' | 'counts' | 'triedAt'>) {
  if (!isRefused({ status }) || status === 'inactive') return undefined
  const unansweredMs = counts ? triedAt - counts.collectedAt : Number.POSITIVE_INFINITY
  return unansweredMs < dayMs ? undefined : Math.min(dayMs, unansweredMs / 24)
}

/**
 * Compares two rows: by critical, high, medium, low, info, as numbers, then by name. Severities that Sophos left out come
 * after every number, rows without any counts last of all, and of these first the ones that moved to Sophos Fusion.
 */
function worstFirst(a: Row, b: Row): number {
  if (!a.counts !== !b.counts) return a.counts ? -1 : 1
  if (!a.counts && isMoved(a) !== isMoved(b)) return isMoved(a) ? -1 : 1
  for (const severity of severities) {
    const difference = (b.counts?.bySeverity?.[severity] ?? -1) - (a.counts?.bySeverity?.[severity] ?? -1)
    if (difference !== 0) return difference
  }
  return byName.compare(a.name, b.name) || (a.id < b.id ? -1 : 1)
}

const byName = new Intl.Collator('en', { numeric: true })
