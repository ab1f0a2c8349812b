import { Aws, Duration } from 'aws-cdk-lib'
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'

/** Returns a metric that runs of `source` write (lambda/run/metrics.ts), with the schedule's interval as period. */
export const runMetric = (
  metricName: string,
  { source, scheduleMinutes, ...options }: { source: string; scheduleMinutes: number } & MetricOptions,
): Metric =>
  new Metric({
    namespace: 'SophosDetections',
    metricName,
    dimensionsMap: { service: 'sophos-detections', installation: Aws.STACK_NAME, source },
    period: Duration.minutes(scheduleMinutes),
    ...options,
  })
