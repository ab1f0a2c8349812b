import { type BySeverity, hourMs, severities, type Tenant } from '../data/tenant.ts'

/** The hours that are compared with those before them: long enough for a count, short enough to be news. */
const recentHours = 3

/** A severity weighs twice the one below it, so that no storm of notes outranks one critical detection out of the ordinary. */
const weights: BySeverity<number> = { critical: 16, high: 8, medium: 4, low: 2, info: 1 }

/** Of totals without severities nothing better is known than that they are mostly low. */
const totalWeight = weights.low

/** Evidence of e^20 to 1 is beyond doubt; more would only let the number of detections speak in place of their severity. */
const mostEvidence = 20

/** So soon after the full hour the running one has hardly begun. */
const leastHour = 0.1

/**
 * How unusual the last three hours are for this tenant, from 0 (as usual, or less) upwards; no unit, made to be sorted by.
 * `undefined` where the hours are unknown.
 *
 * For each severity it asks: how much likelier are these hours if the rate has risen, than if it is that of the whole day?
 * This is the log-likelihood ratio of two Poisson rates (Dunning's G, half of it), which holds for small counts: nothing for
 * 21 hours and then three detections say more than 300 after 2,000. Detections come in bursts, so the ratio is divided by how
 * much more than a Poisson process the tenant's 21 hours scatter (the dispersion of a quasi-Poisson model, never below 1): a
 * tenant that has a burst every few hours needs a larger one to stand out. The ratios are added up by weight. The running
 * hour counts as the part of it that had passed when the counts were collected.
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

/** As `unusual`, worked out once for each tenant: unchanged rows are the same objects from one file to the next. */
export function unusualOf(tenant: Tenant): number | undefined {
  const known = scores.get(tenant)
  if (known) return known.score
  const score = unusual(tenant)
  scores.set(tenant, { score })
  return score
}

/** The evidence that the rate of the last hours lies above that of those before, in nats. `running` is how long the last one was. */
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

/** Variance over mean of the hourly counts: 1 for a Poisson process, more where detections come in bursts. */
function dispersion(sum: number, squares: number, hours: number): number {
  if (sum === 0) return 1
  const mean = sum / hours
  return Math.max(1, (squares - sum * mean) / (hours - 1) / mean)
}
