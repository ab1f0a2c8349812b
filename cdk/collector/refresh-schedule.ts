import { Duration, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler'
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

type Props = {
  readonly minutes: number
  readonly collector: IFunction
  readonly deadLetters: IQueue
  /** The name of an additional credential. If unset, the run uses the first one in the function's settings. */
  readonly source?: string
}

/** Starts a run every `minutes`. It does not retry a failed start: the next one is due soon. */
export class RefreshSchedule extends Schedule {
  constructor(scope: Construct, id: string, { minutes, collector, deadLetters, source }: Props) {
    const role = starterRole(scope, { collector, deadLetters })
    super(scope, id, {
      description: 'Starts a collection of detections',
      schedule: ScheduleExpression.rate(Duration.minutes(minutes)),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(collector, {
        input: ScheduleTargetInput.fromObject({ trigger: 'schedule', ...(source && { source }) }),
        // The default is 185 attempts in a day, and each would be a run that spends the shared rate budget.
        retryAttempts: 0,
        maxEventAge: Duration.minutes(1),
        deadLetterQueue: deadLetters,
        role: role.withoutPolicyUpdates(),
      }),
    })
    // Includes the role's permissions: the schedule starts as soon as it exists, and a start without them would be
    // lost.
    this.node.addDependency(role)
  }
}

/**
 * Returns the one role of all schedules, and creates it on first use. It can only invoke the function and send failed
 * starts to the queue. CDK's own role could also invoke every version of the function.
 */
function starterRole(scope: Construct, { collector, deadLetters }: Omit<Props, 'minutes' | 'source'>): Role {
  const stack = Stack.of(scope)
  const existing = scope.node.tryFindChild('Starter')
  if (existing instanceof Role) return existing
  // The condition stops the scheduler service from using this role for another account's schedule.
  const sourceArn = stack.formatArn({
    service: 'scheduler',
    resource: 'schedule-group',
    resourceName: 'default',
  })
  const conditions = { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': sourceArn } }
  const role = new Role(scope, 'Starter', {
    description: 'Starts the runs of the collector on schedule',
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }),
  })
  const statements = [
    { sid: 'StartRuns', actions: ['lambda:InvokeFunction'], resources: [collector.functionArn] },
    { sid: 'KeepWhatDidNotStart', actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] },
  ]
  for (const statement of statements) role.addToPolicy(new PolicyStatement(statement))
  return role
}
