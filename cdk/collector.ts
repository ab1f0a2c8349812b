import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { parseRateWindows } from '../lambda/pacing/windows.ts'
import { buildOutput } from './build-output.ts'
import type { Settings } from './settings.ts'

type Props = {
  readonly settings: Settings
  readonly data: IBucket
  readonly secret: ISecret
}

/** The function that collects the counts and publishes them, with its log and exactly the permissions that it uses. */
export class Collector extends Construct {
  readonly function: LambdaFunction

  constructor(scope: Construct, id: string, { settings, data, secret }: Props) {
    super(scope, id)
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // A role of its own: the one that CDK makes carries AWSLambdaBasicExecutionRole, which may write to every log group.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })

    this.function = new LambdaFunction(this, 'Function', {
      description: 'Collects the detections of every Sophos Central tenant and publishes them',
      code: Code.fromAsset(buildOutput('lambda', 'index.mjs')),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // Measured (test/bench): a run over 10,000 tenants stays under 190 MB, and waits for the network nearly all its time.
      memorySize: 256,
      timeout: longestRun(settings.scheduleMinutes),
      logGroup,
      role,
      environment: {
        SOPHOS_SECRET_ARN: secret.secretArn,
        DATA_BUCKET: data.bucketName,
        SOPHOS_RATE_LIMITS: sharedOut(settings.rateLimits, 1 + settings.sources.size),
        REFRESH_INTERVAL: `${settings.scheduleMinutes}m`,
        SOURCE: 'default',
        // Not of ours but of the C library under Node: one arena for all threads takes some 20 MB less at the peak of a run
        // over 10,000 tenants (test/bench).
        MALLOC_ARENA_MAX: '1',
      },
      // The next scheduled run is the retry; Lambda's two would spend the same rate budget again. A start that had to
      // wait more than a minute is dropped, because the next one is better.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      // No reserved concurrency: of 1, it queues a second start for up to six hours instead of refusing it, and it cannot
      // be deployed where the account's quota is 10. The lease in the data bucket keeps two runs apart.
    })

    role.addToPolicy(
      new PolicyStatement({
        sid: 'WriteOwnLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    )
    role.addToPolicy(
      new PolicyStatement({
        sid: 'ReadCredentials',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [secret.secretArn, ...settings.sources.values()],
      }),
    )
    role.addToPolicy(
      new PolicyStatement({
        sid: 'ReadAndWriteData',
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: ['detections.csv', 'status.json', 'state/*', 'history/*'].map(key =>
          data.arnForObjects(key),
        ),
      }),
    )
    // To find the states of all sources, and so that a missing object is "404 not there yet" and not "403 forbidden". Without a condition on s3:prefix: a
    // GetObject carries none, the condition would not hold, and the first run of every installation would fail.
    role.addToPolicy(
      new PolicyStatement({
        sid: 'TellMissingFromForbidden',
        actions: ['s3:ListBucket'],
        resources: [data.bucketArn],
      }),
    )
  }
}

/**
 * The windows of each credential. Sophos counts by account and by source address too, which the credentials of one
 * function may share, so all of them together stay within the windows.
 */
const sharedOut = (rateLimits: string, credentials: number): string =>
  parseRateWindows(rateLimits)
    .map(({ text, limit }) => text.replace(/^\d+/, String(Math.max(1, Math.floor(limit / credentials)))))
    .join(' ')

/** Half a minute less than the schedule, so that a run ends before the next, and than the 15 minutes of Lambda. */
const longestRun = (scheduleMinutes: number): Duration =>
  Duration.seconds(Math.min(15, scheduleMinutes) * 60 - 30)
