import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Dataset } from '../asking/dataset.ts'
import { cycleMs, pairsOf } from '../asking/priority.ts'
import { countByStatus } from '../publish/status.ts'
import type { Settings } from '../settings.ts'
import { hourMs } from '../sophos/detections.ts'
import type { RunOutcome } from '../state/run-report.ts'

/**
 * Writes a run's metrics in CloudWatch's embedded format, for the alarms and the dashboard of the account. Each name costs
 * some $0.30 a month and source, for the hours in which it is written; what Lambda itself measures (duration, errors) is
 * free and not repeated here. With the default limits there are 8, and one for each status that a tenant has.
 */
export function recordMetrics(
  metrics: Metrics,
  { report, tenants }: RunOutcome,
  settings: Settings,
  datasets: readonly Dataset[],
): void {
  metrics.addDimension('installation', settings.installation)
  metrics.addDimension('source', report.source)
  metrics.addMetric('RunFailed', MetricUnit.Count, report.result === 'failed' ? 1 : 0)
  metrics.addMetric('Calls', MetricUnit.Count, report.calls.made)
  metrics.addMetric('ThrottledCalls', MetricUnit.Count, report.calls.throttled)
  metrics.addMetric('Tenants', MetricUnit.Count, tenants.length)
  for (const [status, count] of Object.entries(countByStatus(tenants.map(({ status }) => status)))) {
    if (count > 0) metrics.addMetric(`Tenants_${status}`, MetricUnit.Count, count)
  }
  // Shorter windows are full again before a reader looks.
  for (const { window, limit, left } of report.budget.filter(({ periodMs }) => periodMs >= hourMs)) {
    metrics.addMetric(`BudgetUsed_${window}`, MetricUnit.Percent, 100 * (1 - left / limit))
  }
  const oldestFigureAge = ageOfOldestFigure(tenants, report.endedAt)
  if (oldestFigureAge !== undefined) {
    metrics.addMetric('OldestFigureAge', MetricUnit.Milliseconds, oldestFigureAge)
    metrics.addMetric(
      'OldestFigureCycles',
      MetricUnit.NoUnit,
      oldestFigureAge / plannedCycleMs(tenants, settings, datasets),
    )
  }
  metrics.publishStoredMetrics()
}

/**
 * The age (ms) of the oldest figures whose turn only has to come again. Those of a tenant that could not be asked grow
 * older for the reason in its row, however fast the others are.
 */
function ageOfOldestFigure(tenants: RunOutcome['tenants'], now: number): number | undefined {
  const times = tenants.flatMap(({ status, counts }) => (status === 'ok' && counts ? counts.collectedAt : []))
  return times.length > 0 ? now - Math.min(...times) : undefined
}

/** The time (ms) in which the schedule and the limits let every tenant be asked once. */
const plannedCycleMs = (
  tenants: RunOutcome['tenants'],
  settings: Settings,
  datasets: readonly Dataset[],
): number => cycleMs(pairsOf(tenants, datasets, settings), settings.rateLimits, settings.refreshIntervalMs)
