import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { RunReport } from '../state/run-report.ts'

/**
 * Writes a run's metrics in CloudWatch's embedded format: those that an alarm needs, since each name costs some $0.30 a
 * month and source. What Lambda itself measures (duration, errors) is free and not repeated here; the rest is in the log.
 */
export function recordMetrics(
  metrics: Metrics,
  { source, result, calls, health }: RunReport,
  installation: string,
): void {
  metrics.addDimension('installation', installation)
  metrics.addDimension('source', source)
  metrics.addMetric('RunFailed', MetricUnit.Count, result === 'failed' ? 1 : 0)
  metrics.addMetric('ThrottledCalls', MetricUnit.Count, calls.throttled)
  if (health) {
    const { active, withoutFresh, withoutAnyForADay } = health
    // Without a tenant that should have figures none is missing; that all are refused, the run says itself.
    const share = active > 0 ? withoutFresh / active : 0
    metrics.addMetric('TenantsWithoutFreshFigures', MetricUnit.Percent, 100 * share)
    metrics.addMetric('TenantsWithoutFiguresForADay', MetricUnit.Count, withoutAnyForADay)
  }
  metrics.publishStoredMetrics()
}
