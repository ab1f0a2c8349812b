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
  /** The timeout of the function. */
  readonly runSeconds: number
  readonly scheduleMinutes: number
  /** The names of all credentials. */
  readonly sources: readonly string[]
  /** The queues for failed starts. */
  readonly deadLetters: readonly IQueue[]
  /** Gets a message when an alarm rings and when it ends. If unset, alarms show only in CloudWatch. */
  readonly notify: ITopic | undefined
  /** The URL of the documents, including the runbook. */
  readonly documentationUrl: string | undefined
}

/** A run stops querying half a minute before its timeout. If it ends this close to it, it had trouble publishing. */
const nearTimeoutSeconds = 10
/** So many percent of the tenants without fresh figures are more than the trouble of single tenants. */
const tolerablePercent = 10

/**
 * The alarms, one for each kind of failure. Most evaluate whole intervals of the schedule. Up to six intervals stay
 * within CloudWatch's limits (a day for periods under an hour, otherwise a week) for all schedules from 5m to 24h.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[]

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id)
    const { collector, scheduleMinutes, sources } = props
    const period = Duration.minutes(scheduleMinutes)
    // Up to an hour's schedule the next run makes up for a failed one, so that a short trouble rings nothing. On a longer
    // one the figures would be too old by then. The limit of an hour lets a success end the alarm soon, even if the next
    // run is a day away; with several sources, the period must include a run of each.
    const isFrequent = scheduleMinutes <= 60
    const failedPeriod = isFrequent || sources.length > 1 ? period : Duration.hours(1)
    this.all = [
      this.alarm('Failed', props, {
        metric: collector.metricErrors({ period: failedPeriod, statistic: Stats.SUM }),
        threshold: 1,
        evaluationPeriods: isFrequent ? 2 : 1,
        // The alarm stays until a run succeeds. Missing runs are for Stale.
        treatMissingData: TreatMissingData.IGNORE,
        meaning: `${isFrequent ? 'Two runs in a row' : 'A run'} failed: no token, no tenant list, no tenant answered, or the function crashed. The page shows data from earlier runs, unless only the list of tenants fails.`,
      }),
      this.alarm('SlowRun', props, {
        metric: collector.metricDuration({ period, statistic: Stats.MAXIMUM }),
        threshold: (props.runSeconds - nearTimeoutSeconds) * 1_000,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        // Without a run there is no sign that runs are faster.
        treatMissingData: TreatMissingData.IGNORE,
        meaning: `Runs end within ${nearTimeoutSeconds} seconds of their timeout (${props.runSeconds} seconds). The next run may time out before it publishes.`,
      }),
      ...sources.flatMap(source => this.sourceAlarms(source, props)),
      ...props.deadLetters.map(queue =>
        this.alarm(`Lost-${queue.node.id}`, props, {
          // Counts messages sent, not messages waiting: a message stays for two weeks, and the alarm should not. A failed
          // run is a message too, and a single one rings nothing. The time is longer than SQS' reports on an idle queue
          // are late, which is up to 15 minutes.
          metric: queue.metricNumberOfMessagesSent({
            period: isFrequent ? period : Duration.hours(1),
            statistic: Stats.SUM,
          }),
          threshold: 1,
          evaluationPeriods: isFrequent ? 4 : 1,
          datapointsToAlarm: isFrequent ? 2 : 1,
          // SQS sends no metrics for an empty, unused queue.
          treatMissingData: TreatMissingData.NOT_BREACHING,
          meaning: `${isFrequent ? 'Starts' : 'A start'} came to nothing and lie${isFrequent ? '' : 's'} in the dead-letter queue: the function could not start, or the run failed. If the run failed, Failed rings too.`,
        }),
      ),
    ]
  }

  private sourceAlarms(source: string, props: Props): Alarm[] {
    const metric = (name: string, statistic: string): IMetric =>
      runMetric(name, { source, scheduleMinutes: props.scheduleMinutes, statistic })
    return [
      this.alarm(`Stale-${source}`, props, {
        // RunFailed is 1 if a run failed. The minimum is 0 if any run did not.
        metric: metric('RunFailed', Stats.MINIMUM),
        threshold: 1,
        evaluationPeriods: 3,
        // This alarm must also ring if there are no runs.
        treatMissingData: TreatMissingData.BREACHING,
        meaning: `Source ${source}: no run succeeded for three intervals of the schedule. The data on the page is old, unless only the list of tenants fails.`,
      }),
      this.alarm(`NotFresh-${source}`, props, {
        metric: metric('TenantsWithoutFreshFigures', Stats.MAXIMUM),
        threshold: tolerablePercent,
        // Rings after two intervals, and does not flap where the share goes up and down around the threshold.
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        // Without runs the data gets older too, but that is for Stale.
        treatMissingData: TreatMissingData.IGNORE,
        meaning: `Source ${source}: at least ${tolerablePercent} % of the tenants have no fresh figures. Theirs are over three times as old as schedule and rate limits explain.`,
      }),
      this.alarm(`DayOld-${source}`, props, {
        metric: metric('TenantsWithoutFiguresForADay', Stats.MAXIMUM),
        threshold: 1,
        evaluationPeriods: 2,
        treatMissingData: TreatMissingData.IGNORE,
        meaning: `Source ${source}: at least one tenant that should have figures has had none for a day.`,
      }),
      this.alarm(`Throttled-${source}`, props, {
        metric: metric('ThrottledCalls', Stats.SUM),
        threshold: 1,
        // A 429 now and then is none of ours; three of six do not flap where every other interval has one.
        evaluationPeriods: 6,
        datapointsToAlarm: 3,
        // Without calls Sophos refuses none.
        treatMissingData: TreatMissingData.NOT_BREACHING,
        meaning: `Source ${source}: Sophos answered 429 in three of the last six intervals. Another tool uses the same rate limit, or the setting rateLimits is too high.`,
      }),
    ]
  }

  private alarm(
    id: string,
    { notify, documentationUrl }: Props,
    { meaning, ...props }: Omit<AlarmProps, 'comparisonOperator'> & { readonly meaning: string },
  ): Alarm {
    // Each kind of alarm has a section in the runbook: for Stale-emea it is #stale.
    const section = id.replace(/-.*/, '').toLowerCase()
    const runbook = documentAddress(documentationUrl, `runbook.md#${section}`)
    const alarm = new Alarm(this, id, {
      ...props,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      alarmDescription: `${meaning} What to do: ${runbook}`,
    })
    if (notify) {
      alarm.addAlarmAction(new SnsAction(notify))
      alarm.addOkAction(new SnsAction(notify))
    }
    return alarm
  }
}
