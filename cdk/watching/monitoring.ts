import { Duration } from 'aws-cdk-lib'
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  GraphWidgetView,
  LogQueryVisualizationType,
  LogQueryWidget,
  type Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { ILogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { nameOf } from '../../lambda/run/summary.ts'
import { statuses } from '../../lambda/tenants/tenant.ts'
import { documentAddress } from '../settings/documentation.ts'
import { runMetric } from './run-metric.ts'

type Props = {
  readonly collector: IFunction
  readonly logGroup: ILogGroup
  /** The timeout of the function. */
  readonly runSeconds: number
  readonly scheduleMinutes: number
  /** The rate limits for each credential, as set in the function. */
  readonly rateLimits: string
  /** The names of all credentials. */
  readonly sources: readonly string[]
  readonly alarms: readonly Alarm[]
  /** The URL of the documents, including the runbook. */
  readonly documentationUrl: string | undefined
}

const hourMs = 3_600_000
const halfWidth = 12
const fullWidth = 24

/** Returns a link, or plain text if there is only a path in the repository, which CloudWatch cannot open. */
function runbookLink(documentationUrl: string | undefined): string {
  const runbook = documentAddress(documentationUrl, 'runbook.md')
  return documentationUrl ? `[the runbook](${runbook})` : runbook
}

/** The dashboard in CloudWatch. An account's first three are free. It queries the logs only while it is open. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id)
    const { collector, sources, scheduleMinutes } = props
    const period = Duration.minutes(scheduleMinutes)
    const perSource = (name: string, statistic: string, label = ''): Metric[] =>
      sources.map(source =>
        runMetric(name, { source, scheduleMinutes, statistic, label: `${source} ${label}`.trim() }),
      )
    const windows = parseRateWindows(props.rateLimits).filter(({ periodMs }) => periodMs >= hourMs)

    /** A graph of what the runs wrote into the log when they ended. */
    const fromLog = (
      title: string,
      { source, view }: { source: string; view: LogQueryVisualizationType },
      stats: readonly string[],
    ) =>
      new LogQueryWidget({
        ...{ title, view, width: halfWidth, logGroupNames: [props.logGroup.logGroupName] },
        queryLines: [
          `filter message in ["run ended", "run failed"] and source = "${source}"`,
          `stats ${stats.join(', ')} by bin(${scheduleMinutes}m)`,
        ],
      })

    new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(1),
      widgets: [
        [
          new TextWidget({
            width: fullWidth,
            height: 2,
            markdown: `**Sophos Detections Dashboard: status of the runs.** What each alarm means and what to do: ${runbookLink(props.documentationUrl)}.`,
          }),
        ],
        [new AlarmStatusWidget({ title: 'Alarms', width: fullWidth, height: 3, alarms: [...props.alarms] })],
        [
          new GraphWidget({
            title: 'Runs and failed runs',
            width: halfWidth,
            view: GraphWidgetView.BAR,
            left: [
              collector.metricInvocations({ period, statistic: Stats.SUM, label: 'runs' }),
              collector.metricErrors({ period, statistic: Stats.SUM, label: 'failed' }),
            ],
          }),
          new GraphWidget({
            title: 'Longest run and timeout',
            width: halfWidth,
            left: [collector.metricDuration({ period, statistic: Stats.MAXIMUM, label: 'longest run' })],
            leftAnnotations: [{ value: props.runSeconds * 1_000, label: 'timeout' }],
            leftYAxis: { min: 0 },
          }),
        ],
        [
          new GraphWidget({
            title: 'Tenants without fresh data, %, and tenants without data for a day',
            width: halfWidth,
            left: perSource('TenantsWithoutFreshFigures', Stats.MAXIMUM, '%'),
            right: perSource('TenantsWithoutFiguresForADay', Stats.MAXIMUM, 'for a day'),
            leftYAxis: { min: 0, max: 105 },
            rightYAxis: { min: 0 },
          }),
          new GraphWidget({
            title: 'Calls answered 429',
            width: halfWidth,
            left: perSource('ThrottledCalls', Stats.SUM),
            leftYAxis: { min: 0 },
          }),
        ],
        // The log knows the rest, and a metric of each would cost more than all others together.
        ...sources.map(source => [
          fromLog(
            `Tenants by status: ${source}`,
            { source, view: LogQueryVisualizationType.STACKEDAREA },
            statuses.map(status => `max(tenants.${status}) as ${status}`),
          ),
          fromLog(
            `Calls, used part of the rate limits in %, and oldest data in hours: ${source}`,
            { source, view: LogQueryVisualizationType.LINE },
            [
              'sum(calls.made) as calls',
              ...windows.map(({ text }) => `max(budgetUsed.${nameOf(text)}) as used_${nameOf(text)}`),
              `max(health.oldestMs) / ${hourMs} as oldest_hours`,
            ],
          ),
        ]),
        [
          new LogQueryWidget({
            title: 'The latest runs',
            width: fullWidth,
            height: 8,
            view: LogQueryVisualizationType.TABLE,
            logGroupNames: [props.logGroup.logGroupName],
            queryLines: [
              'filter message in ["run ended", "run failed", "run skipped"]',
              'fields @timestamp, source, message, result, outcome, calls.made, calls.throttled',
              'sort @timestamp desc',
              'limit 50',
            ],
          }),
        ],
      ],
    })
  }
}
