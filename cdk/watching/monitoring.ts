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
            title: 'Calls to Sophos and 429 answers',
            width: halfWidth,
            left: [
              ...perSource('Calls', Stats.SUM, 'calls'),
              ...perSource('ThrottledCalls', Stats.SUM, 'answered 429'),
            ],
            leftYAxis: { min: 0 },
          }),
          new GraphWidget({
            title: 'Used part of each rate limit window, %',
            width: halfWidth,
            left: windows.flatMap(({ text }) => perSource(`BudgetUsed_${text}`, Stats.MAXIMUM, text)),
            leftAnnotations: [{ value: 100, label: 'limit' }],
            leftYAxis: { min: 0, max: 105 },
          }),
        ],
        [
          new GraphWidget({
            title: 'Tenants by status',
            width: halfWidth,
            stacked: true,
            left: statuses.flatMap(status => perSource(`Tenants_${status}`, Stats.MAXIMUM, status)),
          }),
          new GraphWidget({
            title: 'Age of the oldest data, in ms and in cycles of the schedule',
            width: halfWidth,
            left: perSource('OldestFigureAge', Stats.MAXIMUM, 'age'),
            right: perSource('OldestFigureCycles', Stats.MAXIMUM, 'cycles'),
            leftYAxis: { min: 0 },
            rightYAxis: { min: 0 },
          }),
        ],
        [
          new LogQueryWidget({
            title: 'The latest runs',
            width: fullWidth,
            height: 8,
            view: LogQueryVisualizationType.TABLE,
            logGroupNames: [props.logGroup.logGroupName],
            queryLines: [
              'filter message in ["run ended", "run failed", "run skipped"]',
              'fields @timestamp, message, result, outcome, calls.made, calls.throttled',
              'sort @timestamp desc',
              'limit 50',
            ],
          }),
        ],
      ],
    })
  }
}
