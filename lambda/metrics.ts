import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { countByStatus } from './publish/status.ts'
import type { RunOutcome } from './run.ts'

/** Writes a run's metrics in CloudWatch's embedded format, for the alarms and the dashboard of the account. */
export function recordMetrics(metrics: Metrics, { report, tenants }: RunOutcome): void {
  metrics.addDimension('source', report.source)
  metrics.addMetric('RunFailed', MetricUnit.Count, report.result === 'failed' ? 1 : 0)
  metrics.addMetric('RunDuration', MetricUnit.Milliseconds, report.endedAt - report.startedAt)
  metrics.addMetric('Calls', MetricUnit.Count, report.calls.made)
  metrics.addMetric('Retries', MetricUnit.Count, report.calls.retries)
  metrics.addMetric('ThrottledCalls', MetricUnit.Count, report.calls.throttled)
  metrics.addMetric('Tenants', MetricUnit.Count, tenants.length)
  for (const [status, count] of Object.entries(countByStatus(tenants))) {
    metrics.addMetric(`Tenants_${status}`, MetricUnit.Count, count)
  }
  const oldest = Math.min(...tenants.flatMap(({ counts }) => (counts ? counts.collectedAt : [])))
  if (Number.isFinite(oldest))
    metrics.addMetric('OldestFigureAge', MetricUnit.Milliseconds, report.endedAt - oldest)
  metrics.publishStoredMetrics()
}
