import { Duration } from 'aws-cdk-lib'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler'
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets'
import type { Construct } from 'constructs'

type Props = {
  readonly minutes: number
  readonly collector: IFunction
  /** The credential to collect with, where it is not that of the function's settings. */
  readonly credential?: { readonly source: string; readonly secretArn: string }
}

/** Starts a run every `minutes`. A start that fails is not tried again: the next one is due soon. */
export class RefreshSchedule extends Schedule {
  constructor(scope: Construct, id: string, { minutes, collector, credential }: Props) {
    super(scope, id, {
      description: 'Starts a collection of detections',
      schedule: ScheduleExpression.rate(Duration.minutes(minutes)),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(collector, {
        input: ScheduleTargetInput.fromObject({ trigger: 'schedule', ...credential }),
        // The default is 185 attempts over a day, every one of them a run that spends the shared rate budget.
        retryAttempts: 0,
        maxEventAge: Duration.minutes(1),
      }),
    })
  }
}
