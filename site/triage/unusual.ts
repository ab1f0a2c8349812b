import { type BySeverity, hourMs, severities, type Tenant } from '../data/tenant.ts'

/** The hours to compare with the earlier ones: long enough for a count, short enough to be news. */
const recentHours = 3

/**
 * Each severity weighs twice the one below it, so that no storm of low ones outranks one unusual critical detection.
 */
const weights: BySeverity<number> = { critical: 16, high: 8, medium: 4, low: 2, info: 1 }

/** Totals without severities count as low, which most detections are. */
const totalWeight = weights.low

/** Evidence of e^20 to 1 leaves no doubt. More would only let the number of detections outweigh their severity. */
const mostEvidence = 20

/** So early in a clock hour, there is almost nothing to measure. */
const leastHour = 0.1

/**
 * Returns how unusual the last three hours are for this tenant, from 0 (as usual, or less) upwards; no unit, only for
 * sorting. Returns `undefined` if the hours are unknown.
 *
 * For each severity it asks: how much likelier are these hours if the rate has risen than if the whole day has one
 * rate? This is the log-likelihood ratio of two Poisson rates (half of Dunning's G), which works for small counts:
 * three detections after 21 empty hours say more than 300 after 2,000. Detections come in bursts. So it divides the
 * ratio by how much more the tenant's 21 hours vary than a Poisson process (the dispersion of a quasi-Poisson model,
 * never below 1): a tenant with a burst every few hours needs a larger one to stand out. The ratios are added up by
 * weight. The running hour counts as the part of it that had passed at collection time.
 */
export function unusual(tenant: Tenant): number | undefined {
  const { hourly, hourlyBySeverity, collectedAt } = tenant
  const running = collectedAt === undefined ? 1 : Math.max(leastHour, (collectedAt % hourMs) / hourMs)
  if (hourlyBySeverity) {
    return severities.reduce(
      (sum, severity) => sum + weights[severity] * evidence(hourlyBySeverity[severity], running),
      0,
    )
  }
  return hourly && totalWeight * evidence(hourly, running)
}

const scores = new WeakMap<Tenant, { score: number | undefined }>()

/** Like `unusual`, computed once per tenant: unchanged rows are the same objects from one file to the next. */
export function unusualOf(tenant: Tenant): number | undefined {
  const known = scores.get(tenant)
  if (known) return known.score
  const score = unusual(tenant)
  scores.set(tenant, { score })
  return score
}

/**
 * Returns the evidence that the rate of the last hours is above the earlier rate, in nats. `running` is the part of the
 * last hour that has passed.
 */
function evidence(counts: readonly number[], running: number): number {
  const border = counts.length - recentHours
  let recent = 0
  let before = 0
  let squares = 0
  for (const [hour, count] of counts.entries()) {
    if (hour >= border) recent += count
    else {
      before += count
      squares += count * count
    }
  }
  if (recent === 0) return 0
  const recentLength = recentHours - 1 + running
  const share = recentLength / (recentLength + border)
  const expected = (recent + before) * share
  if (recent <= expected) return 0
  const expectedBefore = (recent + before) * (1 - share)
  const ratio =
    recent * Math.log(recent / expected) + (before === 0 ? 0 : before * Math.log(before / expectedBefore))
  return Math.min(mostEvidence, ratio / dispersion(before, squares, border))
}

/** Returns variance over mean of the hourly counts: 1 for a Poisson process, more for bursts. */
function dispersion(sum: number, squares: number, hours: number): number {
  if (sum === 0) return 1
  const mean = sum / hours
  return Math.max(1, (squares - sum * mean) / (hours - 1) / mean)
}
