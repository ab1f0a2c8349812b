import { Duration } from 'aws-cdk-lib'
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { documentAddress } from '../settings/documentation.ts'
import { runMetric } from './run-metric.ts'

type Props = {
  readonly collector: IFunction
  /** The time-out of the function. */
  readonly runSeconds: number
  readonly scheduleMinutes: number
  /** The names of all credentials. */
  readonly sources: readonly string[]
  /** Where the starts end up that became no run. */
  readonly deadLetters: readonly IQueue[]
  /** Who is told when an alarm rings and when it is over; without it the alarms are seen in CloudWatch alone. */
  readonly notify: ITopic | undefined
  /** Where the runbook is served. */
  readonly documentationUrl: string | undefined
}

/** A run that ends this shortly before its time-out had trouble to publish: it stops asking half a minute earlier. */
const nearTimeoutSeconds = 10
/** As many cycles a figure may be old: one until its turn, one that runs behind, one for retries and late starts. */
const oldestInCycles = 3

/**
 * What may go wrong with the collection, an alarm for each meaning. Most are looked at over whole intervals of the schedule,
 * of which up to three are within CloudWatch's bounds (a day for periods under an hour, else a week) for all of 5m to 24h.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[]

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id)
    const { collector, scheduleMinutes, sources } = props
    const period = Duration.minutes(scheduleMinutes)
    // Lambda counts a run at its start and tells it at its end, so two intervals; but a success is to end the alarm soon, also
    // where the next run is a day off. With several sources it takes one of each.
    const lookBack = Math.min(2 * scheduleMinutes, 60)
    const failedPeriod = Duration.minutes(sources.length > 1 ? Math.max(scheduleMinutes, lookBack) : lookBack)
    this.all = [
      this.alarm('Failed', props, {
        metric: collector.metricErrors({ period: failedPeriod, statistic: Stats.SUM }),
        threshold: 1,
        evaluationPeriods: 1,
        // A failed run stays failed until one succeeds; only Stale says that there are no runs.
        treatMissingData: TreatMissingData.IGNORE,
        says: 'A run failed: no token, no tenant list, nothing collected, or the function broke off. The page shows the figures of earlier runs.',
      }),
      this.alarm('SlowRun', props, {
        metric: collector.metricDuration({ period, statistic: Stats.MAXIMUM }),
        threshold: (props.runSeconds - nearTimeoutSeconds) * 1_000,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        // Without a run nothing says that they have become faster.
        treatMissingData: TreatMissingData.IGNORE,
        says: `Runs end within ${nearTimeoutSeconds} seconds of their time-out (${props.runSeconds} seconds): the next may be cut off before it has published.`,
      }),
      ...sources.flatMap(source => this.ofSource(source, props)),
      ...props.deadLetters.map(queue =>
        this.alarm(`Lost-${queue.node.id}`, props, {
          // Those that come, not those that lie there: a message stays for two weeks, and its alarm is not to. Over an
          // hour, because SQS tells of a queue that was idle with a delay of up to 15 minutes.
          metric: queue.metricNumberOfMessagesSent({ period: Duration.hours(1), statistic: Stats.SUM }),
          threshold: 1,
          evaluationPeriods: 1,
          // SQS stops measuring a queue that is empty and unused.
          treatMissingData: TreatMissingData.NOT_BREACHING,
          says: 'A start came to nothing and lies in the dead-letter queue: the function could not be started, or the run failed, which Failed says too.',
        }),
      ),
    ]
  }

  private ofSource(source: string, props: Props): Alarm[] {
    const metric = (name: string, statistic: string): IMetric =>
      runMetric(name, { source, scheduleMinutes: props.scheduleMinutes, statistic })
    return [
      this.alarm(`Stale-${source}`, props, {
        // The least of 0 (a run published figures) and 1 (it did not).
        metric: metric('RunFailed', Stats.MINIMUM),
        threshold: 1,
        evaluationPeriods: 3,
        // No run at all is what this alarm is for.
        treatMissingData: TreatMissingData.BREACHING,
        says: `Source ${source}: nothing was published for three intervals of the schedule. The figures on the page are old.`,
      }),
      this.alarm(`SlowCycle-${source}`, props, {
        metric: metric('OldestFigureCycles', Stats.MAXIMUM),
        threshold: oldestInCycles,
        evaluationPeriods: 2,
        // Without a run the figures do grow older, which Stale says.
        treatMissingData: TreatMissingData.IGNORE,
        says: `Source ${source}: the runs never get round to all tenants. Some figures are older than ${oldestInCycles} times what schedule and rate limits allow for.`,
      }),
      this.alarm(`Throttled-${source}`, props, {
        metric: metric('ThrottledCalls', Stats.SUM),
        threshold: 1,
        evaluationPeriods: 3,
        // No calls, no refusals.
        treatMissingData: TreatMissingData.NOT_BREACHING,
        says: `Source ${source}: Sophos answered 429 in three intervals in a row. Another tool spends the same rate budget, or the limits that are set are too high.`,
      }),
    ]
  }

  private alarm(
    id: string,
    { notify, documentationUrl }: Props,
    { says, ...props }: Omit<AlarmProps, 'comparisonOperator'> & { readonly says: string },
  ): Alarm {
    // Each alarm has a section of its own in the runbook: that of Stale-emea is #stale.
    const section = id.replace(/-.*/, '').toLowerCase()
    const runbook = documentAddress(documentationUrl, `runbook.md#${section}`)
    const alarm = new Alarm(this, id, {
      ...props,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      alarmDescription: `${says} What to do: ${runbook}`,
    })
    if (notify) {
      alarm.addAlarmAction(new SnsAction(notify))
      // Whoever was told of the trouble is told of its end.
      alarm.addOkAction(new SnsAction(notify))
    }
    return alarm
  }
}
