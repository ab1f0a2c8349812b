import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { buildOutput } from '../build-output.ts'
import { published } from '../data-bucket.ts'
import type { Settings } from '../settings.ts'
import { eventVariables, putEventsStatement } from './events.ts'
import { runSeconds } from './run-time.ts'
import { sourceVariables } from './sources.ts'

type Props = {
  readonly settings: Settings
  readonly data: IBucket
  readonly secret: ISecret
  readonly deadLetters: IQueue
}

/** The function that collects and publishes the counts, with its log and exactly the permissions that it needs. */
export class Collector extends Construct {
  readonly function: LambdaFunction
  readonly logGroup: LogGroup
  /** The rate limits for each credential. */
  readonly rateLimits: string

  constructor(scope: Construct, id: string, { settings, data, secret, deadLetters }: Props) {
    super(scope, id)
    const logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.logGroup = logGroup
    this.rateLimits = limitsPerCredential(settings.rateLimits, 1 + settings.sources.size)
    // CDK's default role has AWSLambdaBasicExecutionRole, which can write to every log group.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })

    this.function = new LambdaFunction(this, 'Function', {
      description: 'Collects the detections of every Sophos Central tenant and publishes them',
      code: Code.fromAsset(buildOutput('lambda', 'index.mjs')),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // Measured (test/bench): a run over 10,000 tenants peaks at 135 to 144 MB. More memory would add CPU, of which
      // a run of 15 minutes needs about two seconds: it mostly waits for the network.
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
        ...sourceVariables(settings),
        // As in the dimensions of the alarms, also where the template is deployed by another name.
        INSTALLATION: Aws.STACK_NAME,
        ...eventVariables(settings),
        FUSION_GUARD: settings.fusionGuard,
        FUSION_COUNTS: settings.fusionCounts,
        ...(settings.fusionUrl && { FUSION_GRAPHQL_URL: settings.fusionUrl }),
        // For the C library under Node: one arena for all threads saves about 20 MB at the peak of a run over 10,000
        // tenants (test/bench).
        MALLOC_ARENA_MAX: '1',
      },
      // The next scheduled run is the retry. Lambda's two retries would spend the same rate budget again. Lambda
      // drops a start that waits longer than a minute: the next one is due soon.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      // CDK's SqsDestination would grant more than sending.
      onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
      // No reserved concurrency. With 1, Lambda queues a second start for up to six hours instead of refusing it, and
      // the deploy fails in accounts with a quota of 10. The lease in the data bucket prevents overlapping runs.
    })

    role.addToPolicy(
      new PolicyStatement({
        sid: 'WriteOwnLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    )
    // Lambda sends failed starts to the queue with the function's role.
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
        resources: [...published, 'state/*'].map(key => data.arnForObjects(key)),
      }),
    )
    role.addToPolicy(putEventsStatement(this))
    // Needed to find the states of all sources, and to get "404 not found" instead of "403 forbidden" for a missing
    // object. No condition on s3:prefix: a GetObject has no prefix, so the condition, and with it every first run,
    // would fail.
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
 * Divides the rate limits by the number of credentials. Sophos also counts calls by account and by source address,
 * which the credentials of one function may share, so all of them together must stay within the limits.
 */
const limitsPerCredential = (rateLimits: string, credentials: number): string =>
  parseRateWindows(rateLimits)
    .map(({ text, limit }) => text.replace(/^\d+/, String(Math.max(1, Math.floor(limit / credentials)))))
    .join(' ')
