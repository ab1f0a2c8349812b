import {
  type BySeverity,
  bySeverity,
  isMoved,
  needsAttention,
  type Severity,
  severities,
  type Tenant,
} from './tenant.ts'

/** A sum over the tenants with a known count, and how many have none. `known` is undefined if no tenant has one. */
export type Sum = { known: number | undefined; unknownTenants: number }

export type Totals = {
  /** All tenants that are not muted. */
  tenants: number
  /** Muted tenants. They are in no total and in no other count. */
  muted: number
  /** Tenants that moved to Sophos Fusion and cannot be asked there. The totals leave them out. */
  moved: number
  needAttention: number
  pending: number
  bySeverity: BySeverity<Sum>
  total: Sum
  news: {
    bySeverity: BySeverity<Sum>
    total: Sum
    /** The earliest start of a counted period, in ms since 1970. */
    since: number | undefined
  }
}

/**
 * Adds up the rows. Leaves out unknown counts and counts how many: unknown is never zero. Moved tenants are counted
 * apart, since their counts are from before the move.
 */
export function addUp(
  tenants: readonly Tenant[],
  isMuted: (tenant: Tenant) => boolean = () => false,
): Totals {
  const counts = bySeverity(startSum)
  const news = bySeverity(startSum)
  const total = startSum()
  const newTotal = startSum()
  let [muted, moved, needAttention, pending] = [0, 0, 0, 0]
  let since = Number.POSITIVE_INFINITY
  for (const tenant of tenants) {
    if (isMuted(tenant)) {
      muted += 1
      continue
    }
    if (needsAttention(tenant)) needAttention += 1
    if (tenant.status === 'pending') pending += 1
    if (isMoved(tenant)) {
      moved += 1
      continue
    }
    addSeverities(counts, tenant.counts)
    add(total, tenant.total)
    addSeverities(news, tenant.news?.bySeverity)
    add(newTotal, tenant.news?.total)
    since = Math.min(since, tenant.news?.since ?? since)
  }
  return {
    tenants: tenants.length - muted,
    muted,
    moved,
    needAttention,
    pending,
    bySeverity: counts,
    total,
    news: { bySeverity: news, total: newTotal, since: Number.isFinite(since) ? since : undefined },
  }
}

function startSum(): Sum {
  return { known: undefined, unknownTenants: 0 }
}

function add(sum: Sum, figure: number | undefined): void {
  if (figure === undefined) sum.unknownTenants += 1
  else sum.known = (sum.known ?? 0) + figure
}

function addSeverities(
  sums: Record<Severity, Sum>,
  figures: BySeverity<number | undefined> | undefined,
): void {
  for (const severity of severities) add(sums[severity], figures?.[severity])
}
