import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { buildOutput } from '../build-output.ts'
import type { Settings } from '../settings.ts'
import { announcing, eventVariables } from './events.ts'
import { runSeconds } from './run-time.ts'

type Props = {
  readonly settings: Settings
  readonly data: IBucket
  readonly secret: ISecret
  readonly deadLetters: IQueue
}

/** The function that collects the counts and publishes them, with its log and exactly the permissions that it uses. */
export class Collector extends Construct {
  readonly function: LambdaFunction
  readonly logGroup: LogGroup
  /** The windows of each credential. */
  readonly rateLimits: string

  constructor(scope: Construct, id: string, { settings, data, secret, deadLetters }: Props) {
    super(scope, id)
    const logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.logGroup = logGroup
    this.rateLimits = sharedOut(settings.rateLimits, 1 + settings.sources.size)
    // A role of its own: the one that CDK makes carries AWSLambdaBasicExecutionRole, which may write to every log group.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })

    this.function = new LambdaFunction(this, 'Function', {
      description: 'Collects the detections of every Sophos Central tenant and publishes them',
      code: Code.fromAsset(buildOutput('lambda', 'index.mjs')),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // Measured (test/bench): the peak of a run over 10,000 tenants is 157 to 182 MB. More would buy computing time, of
      // which a run of 15 minutes needs some two seconds: it waits for the network.
      memorySize: 256,
      timeout: Duration.seconds(runSeconds(settings.scheduleMinutes)),
      logGroup,
      role,
      environment: {
        SOPHOS_SECRET_ARN: secret.secretArn,
        DATA_BUCKET: data.bucketName,
        SOPHOS_RATE_LIMITS: this.rateLimits,
        REFRESH_INTERVAL: `${settings.scheduleMinutes}m`,
        SOURCE: 'default',
        ...eventVariables(settings),
        FUSION_GUARD: settings.fusionGuard,
        FUSION_COUNTS: settings.fusionCounts,
        ...(settings.fusionUrl && { FUSION_GRAPHQL_URL: settings.fusionUrl }),
        // Not of ours but of the C library under Node: one arena for all threads takes some 20 MB less at the peak of a run
        // over 10,000 tenants (test/bench).
        MALLOC_ARENA_MAX: '1',
      },
      // The next scheduled run is the retry; Lambda's two would spend the same rate budget again. A start that had to
      // wait more than a minute is dropped, because the next one is better.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      // Not CDK's SqsDestination, which grants more than to send.
      onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
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
    // Lambda itself sends with the function's role.
    role.addToPolicy(
      new PolicyStatement({
        sid: 'KeepWhatFailed',
        actions: ['sqs:SendMessage'],
        resources: [deadLetters.queueArn],
      }),
    )
    role.addToPolicy(
      new PolicyStatement({
        sid: 'ReadCredentials',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [secret.secretArn, ...settings.sources.values()],
      }),
    )
    if (settings.secretKeyArns.length > 0) {
      role.addToPolicy(
        new PolicyStatement({
          sid: 'DecryptCredentials',
          actions: ['kms:Decrypt'],
          resources: [...settings.secretKeyArns],
          conditions: {
            StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` },
          },
        }),
      )
    }
    role.addToPolicy(
      new PolicyStatement({
        sid: 'ReadAndWriteData',
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: ['detections.csv', 'status.json', 'access-report.json', 'state/*', 'history/*'].map(key =>
          data.arnForObjects(key),
        ),
      }),
    )
    role.addToPolicy(announcing(this))
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
