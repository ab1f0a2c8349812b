import { isMoved } from '../../tenants/migration.ts'
import {
  answeredAt,
  type CollectedCounts,
  isRefused,
  type NewDetections,
  type Outcome,
  type Tenant,
  type Unannounced,
} from '../../tenants/tenant.ts'
import { newSince } from './new-since.ts'

/**
 * The tenant after a try. What failed keeps its last good counts, their age and their news; so does an answer with figures
 * of an earlier time than those. A tenant that moved to Sophos Fusion gets no counts but Fusion's.
 */
export function mergeOutcome(tenant: Tenant, outcome: Outcome): Tenant {
  const { status } = outcome
  const triedAt = outcome.at ?? tenant.triedAt
  if (outcome.status !== 'ok') {
    const refusedAt = isRefused(outcome) ? triedAt : tenant.refusedAt
    return { ...tenant, status, triedAt, reason: outcome.reason, refusedAt }
  }
  const { counts } = outcome
  if (isMoved(tenant) && counts.method !== 'fusion') return tenant
  if (tenant.counts && isEarlier(counts, tenant.counts)) {
    const reason = counts.remark && `${counts.remark} The newer figures from before are kept.`
    return { ...tenant, status, triedAt, reason: reason ?? tenant.counts.remark }
  }
  const news = newSince(tenant.counts, counts)
  const unannounced = addNews(tenant.unannounced, news, counts)
  return { ...tenant, status, triedAt, reason: counts.remark, counts, news, unannounced }
}

/**
 * Whether an answer is of an earlier time than the one before, as when Sophos begins to lag behind. Taken, it would make
 * what came between the two new once more. An answer before from the future is a wrong clock's, and gives way.
 */
const isEarlier = (counts: CollectedCounts, before: CollectedCounts): boolean =>
  counts.to < before.to && before.to <= answeredAt(counts)

/** News is kept until an event told of it, so the difference to the next answer cannot replace it. */
function addNews(
  before: Unannounced | undefined,
  news: NewDetections | undefined,
  counts: CollectedCounts,
): Unannounced | undefined {
  const { critical = 0, high = 0 } = news?.bySeverity ?? {}
  if (!news || critical + high === 0) return before
  return {
    critical: (before?.critical ?? 0) + critical,
    high: (before?.high ?? 0) + high,
    since: before?.since ?? news.since,
    from: before?.from ?? answeredAt(counts),
    at: counts.collectedAt,
  }
}
