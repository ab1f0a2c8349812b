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
  /** The credential to collect with, where it is not that of the function's settings. */
  readonly credential?: { readonly source: string; readonly secretArn: string }
}

/** Starts a run every `minutes`. A start that fails is not tried again: the next one is due soon. */
export class RefreshSchedule extends Schedule {
  constructor(scope: Construct, id: string, { minutes, collector, deadLetters, credential }: Props) {
    const role = starterRole(scope, { collector, deadLetters })
    super(scope, id, {
      description: 'Starts a collection of detections',
      schedule: ScheduleExpression.rate(Duration.minutes(minutes)),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(collector, {
        input: ScheduleTargetInput.fromObject({ trigger: 'schedule', ...credential }),
        // The default is 185 attempts over a day, every one of them a run that spends the shared rate budget.
        retryAttempts: 0,
        maxEventAge: Duration.minutes(1),
        deadLetterQueue: deadLetters,
        role: role.withoutPolicyUpdates(),
      }),
    })
    // With its permissions: a schedule begins when it is made, and a start that is refused before they are there is lost.
    this.node.addDependency(role)
  }
}

/**
 * One for all schedules. CDK would make a role that may invoke every version of the function; this one may invoke the
 * function as the schedules do, and put into the queue what could not be started. CDK adds nothing to it.
 */
function starterRole(
  scope: Construct,
  { collector, deadLetters }: Omit<Props, 'minutes' | 'credential'>,
): Role {
  const stack = Stack.of(scope)
  const made = scope.node.tryFindChild('Starter')
  if (made instanceof Role) return made
  // The condition keeps AWS' scheduler from using this role for a schedule of somebody else's account.
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
