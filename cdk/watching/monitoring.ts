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
  /** The time-out of the function. */
  readonly runSeconds: number
  readonly scheduleMinutes: number
  /** The windows of each credential, as the function is told them. */
  readonly rateLimits: string
  /** The names of all credentials. */
  readonly sources: readonly string[]
  readonly alarms: readonly Alarm[]
  /** Where the runbook is served. */
  readonly documentationUrl: string | undefined
}

const hourMs = 3_600_000
const half = 12
const whole = 24

/** A path in the repository leads nowhere from here, so only a full address becomes a link. */
function runbookLink(documentationUrl: string | undefined): string {
  const runbook = documentAddress(documentationUrl, 'runbook.md')
  return documentationUrl ? `[the runbook](${runbook})` : runbook
}

/** The dashboard in CloudWatch. The first three of an account cost nothing, its logs are read only while it is open. */
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
            width: whole,
            height: 2,
            markdown: `**Sophos Detections Dashboard: how the collection runs.** What each alarm means and what to do: ${runbookLink(props.documentationUrl)}.`,
          }),
        ],
        [new AlarmStatusWidget({ title: 'Alarms', width: whole, height: 3, alarms: [...props.alarms] })],
        [
          new GraphWidget({
            title: 'Runs, and those that failed',
            width: half,
            view: GraphWidgetView.BAR,
            left: [
              collector.metricInvocations({ period, statistic: Stats.SUM, label: 'runs' }),
              collector.metricErrors({ period, statistic: Stats.SUM, label: 'failed' }),
            ],
          }),
          new GraphWidget({
            title: 'How long the longest run took, against its time-out',
            width: half,
            left: [collector.metricDuration({ period, statistic: Stats.MAXIMUM, label: 'longest run' })],
            leftAnnotations: [{ value: props.runSeconds * 1_000, label: 'time-out' }],
            leftYAxis: { min: 0 },
          }),
        ],
        [
          new GraphWidget({
            title: 'Calls to Sophos, and those answered 429',
            width: half,
            left: [
              ...perSource('Calls', Stats.SUM, 'calls'),
              ...perSource('ThrottledCalls', Stats.SUM, 'answered 429'),
            ],
            leftYAxis: { min: 0 },
          }),
          new GraphWidget({
            title: 'Used of each window of the rate limits, %',
            width: half,
            left: windows.flatMap(({ text }) => perSource(`BudgetUsed_${text}`, Stats.MAXIMUM, text)),
            leftAnnotations: [{ value: 100, label: 'nothing left' }],
            leftYAxis: { min: 0, max: 105 },
          }),
        ],
        [
          new GraphWidget({
            title: 'Tenants by status',
            width: half,
            stacked: true,
            left: statuses.flatMap(status => perSource(`Tenants_${status}`, Stats.MAXIMUM, status)),
          }),
          new GraphWidget({
            title: 'Age of the oldest figures, ms, and in cycles of the schedule',
            width: half,
            left: perSource('OldestFigureAge', Stats.MAXIMUM, 'age'),
            right: perSource('OldestFigureCycles', Stats.MAXIMUM, 'cycles'),
            leftYAxis: { min: 0 },
            rightYAxis: { min: 0 },
          }),
        ],
        [
          new LogQueryWidget({
            title: 'The latest runs',
            width: whole,
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
