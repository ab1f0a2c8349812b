import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { afterAll, describe, expect, it } from 'vitest'
import { pageSettings } from '../../cdk/serving/page-settings.ts'
import { readSettings } from '../../cdk/settings.ts'
import {
  all,
  dataBucket,
  list,
  only,
  type Resource,
  siteBucket,
  statementsOf,
  template,
  variant,
} from './resources.ts'
import { everything, variants } from './variants.ts'

describe('an update', () => {
  it('never overwrites the credentials: the placeholder is unchanged since the first release', () => {
    expect(only('AWS::SecretsManager::Secret')[1].Properties.SecretString).toBe(
      '{"clientId":"","clientSecret":""}',
    )
  })

  it('never deletes from the data bucket: only the page is deployed, and only its bucket is pruned', () => {
    const deployments = all('Custom::CDKBucketDeployment').map(([, { Properties }]) => Properties)
    expect(deployments).toHaveLength(2)
    for (const { DestinationBucketName } of deployments)
      expect(DestinationBucketName).toEqual({ Ref: siteBucket })

    const deletes = all('AWS::IAM::Policy')
      .flatMap(([, policy]) => statementsOf(policy))
      .filter(({ Action }) => list(Action).some(action => /^s3:(Delete|\*)/.test(action)))
    expect(deletes).toHaveLength(1)
    expect(JSON.stringify(deletes)).not.toContain(dataBucket)
  })

  it('keeps the assets of pages that are still open', () => {
    for (const [, { Properties }] of all('Custom::CDKBucketDeployment')) {
      const keepsAssets = Properties.Prune === false || list(Properties.Exclude).includes('assets/*')
      expect(keepsAssets).toBe(true)
    }
  })

  it('uploads the assets before the page that refers to them', () => {
    const [assets] =
      all('Custom::CDKBucketDeployment').find(([, it]) => it.Properties.DestinationBucketKeyPrefix) ?? []
    template.hasResource('Custom::CDKBucketDeployment', {
      Properties: { Exclude: ['assets/*'] },
      DependsOn: Match.arrayWith([assets]),
    })
  })
})

describe('deleting the stack', () => {
  const deletionPolicies = (of: Template) =>
    [...all('AWS::S3::Bucket', of), ...all('AWS::SecretsManager::Secret', of)].map(
      ([id, { DeletionPolicy, UpdateReplacePolicy }]) => [id, DeletionPolicy, UpdateReplacePolicy],
    )

  it('keeps the buckets and the credentials; only a failed first deploy removes the empty secret', () => {
    expect(deletionPolicies(template)).toEqual([
      [dataBucket, 'Retain', 'Retain'],
      [siteBucket, 'Retain', 'Retain'],
      [only('AWS::SecretsManager::Secret')[0], 'RetainExceptOnCreate', 'Retain'],
    ])
  })

  it('includes no function that can empty the data bucket unless keepData is "no"', () => {
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 0)
    const temporary = variant({ keepData: 'no' })
    temporary.resourceCountIs('Custom::S3AutoDeleteObjects', 2)
    expect(deletionPolicies(temporary).flatMap(([, ...policies]) => policies)).toEqual(
      Array(6).fill('Delete'),
    )
  })

  it('deletes the collector before it empties the data bucket, so no run writes to it meanwhile', () => {
    const temporary = variant({ keepData: 'no' })
    const emptying = all('Custom::S3AutoDeleteObjects', temporary).find(([id]) =>
      id.startsWith('DataBucket'),
    )?.[0]
    const collector = all('AWS::Lambda::Function', temporary).find(([id]) => id.startsWith('Collector'))
    expect(collector?.[1].DependsOn).toContain(emptying)
  })

  it('leaves no logs: every function uses a log group of the stack and cannot create others', () => {
    for (const [, context] of variants) {
      const of = variant(context)
      const groups = all('AWS::Logs::LogGroup', of).map(([id]) => id)
      for (const [id, { Properties }] of all('AWS::Lambda::Function', of)) {
        const { LogGroup } = Object(Properties.LoggingConfig)
        expect([id, LogGroup]).toEqual([id, { Ref: expect.toBeOneOf(groups) }])
      }
      const roles = JSON.stringify([all('AWS::IAM::Role', of), all('AWS::IAM::Policy', of)])
      expect(roles).not.toMatch(/ManagedPolicyArns|logs:CreateLogGroup/)
    }
  })
})

describe('the buckets', () => {
  it('are private, encrypted, and refuse plain HTTP', () => {
    for (const [id, { Properties }] of all('AWS::S3::Bucket')) {
      expect(Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      })
      template.hasResourceProperties('AWS::S3::BucketPolicy', {
        Bucket: { Ref: id },
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Deny',
              Action: 's3:*',
              Principal: { AWS: '*' },
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
          ]),
        },
      })
    }
  })

  it('keep old versions for a day and the history for historyDays; nothing else expires', () => {
    const rules = (of: Template) =>
      all('AWS::S3::Bucket', of).map(([id, { Properties }]) => [
        id,
        Object(Properties.LifecycleConfiguration).Rules,
      ])
    const rulesFor = (days: number) => [
      [
        dataBucket,
        [
          {
            Id: 'ForgetOldVersions',
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
            ExpiredObjectDeleteMarker: true,
          },
          { Id: 'ForgetOldHistory', Status: 'Enabled', Prefix: 'history/', ExpirationInDays: days },
        ],
      ],
      [siteBucket, undefined],
    ]
    expect(rules(template)).toEqual(rulesFor(400))
    expect(rules(variant({ historyDays: 30 }))).toEqual(rulesFor(30))
    expect(all('AWS::S3::Bucket')[0]?.[1].Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' })
  })
})

describe.each(variants)('the whole stack, %s,', (_, context) => {
  const of = variant(context)
  const policies = [
    ...all('AWS::IAM::Policy', of),
    ...all('AWS::S3::BucketPolicy', of),
    ...all('AWS::SQS::QueuePolicy', of),
    ...all('AWS::SNS::TopicPolicy', of),
  ]
  const allowed = policies.flatMap(([id, policy]) =>
    statementsOf(policy)
      .filter(({ Effect }) => Effect === 'Allow')
      .map(statement => ({ id, ...statement })),
  )

  it('has no statement that allows every action or every resource', () => {
    expect(allowed.length).toBeGreaterThan(8)
    for (const { Action, Resource } of allowed) {
      expect(list(Action).filter(action => /^(\*|\w+:\*)$/.test(action))).toEqual([])
      expect(list(Resource)).not.toContain('*')
    }
  })

  it('uses * only in grants by CDK to its own functions, and in resources under a prefix', () => {
    // One CDK function copies the page to its bucket, the other empties the buckets that are not kept.
    const isOfCdk = ({ id, Principal }: (typeof allowed)[number]) =>
      id.startsWith('SiteCopierRole') || JSON.stringify(Principal ?? '').includes('CustomS3AutoDeleteObjects')
    const ours = allowed.filter(statement => !isOfCdk(statement))
    expect(ours.flatMap(({ Action }) => list(Action)).filter(action => action.includes('*'))).toEqual([])

    const wide = ours.flatMap(({ id, Resource }) =>
      list(Resource)
        .flatMap(resource => /"\/([^"]*\*)"/.exec(JSON.stringify(resource))?.[1] ?? [])
        .map(key => [id, key]),
    )
    expect(wide.sort()).toEqual([
      ['CollectorRoleDefaultPolicy02D41903', 'history/*'],
      ['CollectorRoleDefaultPolicy02D41903', 'state/*'],
      // CloudFront can read these.
      ['DataBucketPolicy3231C704', 'history/*'],
      ['SiteBucketPolicy45F6EBA1', '*'],
    ])
  })

  it('serves state/ at no address', () => {
    const served = allowed.filter(
      ({ id, Principal }) =>
        id.startsWith('DataBucketPolicy') && Object(Principal).Service === 'cloudfront.amazonaws.com',
    )
    expect(served).toHaveLength(1)
    const keys = list(served[0]?.Resource).map(resource => /"\/([^"]*)"/.exec(JSON.stringify(resource))?.[1])
    expect(keys.sort()).toEqual([
      'access-report.json',
      'community/detections.csv',
      'detections.csv',
      'history/*',
      'status.json',
    ])
  })

  it('sets a retention time for every log group', () => {
    const days = Number(Object(context).logDays ?? 30)
    expect(all('AWS::Logs::LogGroup', of).length).toBeGreaterThanOrEqual(2)
    for (const [id, { Properties }] of all('AWS::Logs::LogGroup', of))
      expect([id, Properties.RetentionInDays]).toEqual([id, days])
  })

  it('retries nothing automatically: neither the schedules nor Lambda', () => {
    const schedules = all('AWS::Scheduler::Schedule', of)
    expect(schedules.length).toBeGreaterThan(0)
    for (const [, { Properties }] of schedules)
      expect(Object(Properties.Target).RetryPolicy.MaximumRetryAttempts).toBe(0)
    for (const [, { Properties }] of all('AWS::Lambda::EventInvokeConfig', of))
      expect(Properties.MaximumRetryAttempts).toBe(0)
  })

  it('sets physical names only where CloudFront requires them, and these contain stack and region', () => {
    const named = Object.entries<Resource>(of.toJSON().Resources).flatMap(([id, { Type, Properties }]) =>
      Object.entries(Properties ?? {})
        .filter(([key]) => key === 'Name' || `${Type.split('::')[2]}Name` === key)
        .filter(() => Type !== 'AWS::IAM::Policy')
        .map(([, value]) => ({ id, Type, value: JSON.stringify(value) })),
    )
    for (const { id, Type, value } of named) {
      expect([id, Type]).toEqual([id, expect.stringMatching(/^AWS::CloudFront::/)])
      expect(value).toContain('"AWS::Region"')
      expect(value).toContain('SophosDetectionsDashboard')
    }
  })

  it('outputs what an operator needs, each with a description', () => {
    const outputs = of.findOutputs('*')
    expect(Object.keys(outputs)).toEqual(
      expect.arrayContaining(['DashboardUrl', 'FunctionName', 'RefreshNow', 'SecretArn', 'SetCredentials']),
    )
    for (const { Description } of Object.values(outputs)) expect(Description).toMatch(/\w+ \w+/)
    expect(JSON.stringify(outputs.RefreshNow)).toMatch(/aws lambda invoke.*--cli-read-timeout 0/)
    expect(JSON.stringify(outputs.SetCredentials)).toMatch(/put-secret-value.*--secret-string file:/)
  })
})

describe('the app', () => {
  const program = fileURLToPath(new URL('../../cdk/app.ts', import.meta.url))
  const outdir = mkdtempSync(join(tmpdir(), 'dashboard-app-'))
  afterAll(() => rmSync(outdir, { recursive: true }))

  /** Starts the app as the CDK CLI does. */
  const start = (context: object) =>
    spawnSync(process.execPath, [program], {
      env: {
        ...process.env,
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify(context),
        CDK_DEFAULT_REGION: 'eu-central-1',
      },
      encoding: 'utf8',
    })

  it('prints one plain line and no stack trace if a setting is wrong', () => {
    const { status, stderr } = start({ acces: 'public' })
    expect(stderr).toMatch(/^There is no setting "acces"\. Did you mean "access"\?[^\n]*\n$/)
    expect(status).toBe(1)
  })

  it('refuses a secret of another region than the one of the deploy', () => {
    const secretArn = everything.secretArn.replace('eu-central-1', 'us-east-1')
    const { status, stderr } = start({ secretArn })
    expect(stderr).toMatch(/^Setting "secretArn" is [^\n]*us-east-1[^\n]*\.\n?/)
    expect(status).toBe(1)
  })

  const muted = [...everything.muted, { tenant: 'Over', until: '2020-01-31' }]
  const context = { ...everything, sources: '', tenants: '400', muted }

  it('prints how old the data will be and what is probably not meant, once, and nothing else: CDK has no warnings', () => {
    const { status, stdout, stderr } = start(context)
    expect(stderr).toMatch(
      /^400 tenants every 15 min need 1,624 calls an hour, but [^\n]* every 25 min\.\nThe mute of "Over" ended on 2020-01-31 [^\n]*\n$/,
    )
    expect([stdout, status]).toEqual(['', 0])
  })

  it('deploys settings.json with the page', () => {
    const files = globSync('asset.*/settings.json', { cwd: outdir })
    expect(files).toHaveLength(1)
    const text = readFileSync(join(outdir, files[0] ?? ''), 'utf8')
    expect(JSON.parse(text)).toEqual(pageSettings(readSettings(context)))
    expect(text).toContain('Europe/Berlin')
  })

  it('sets every CDK feature flag, so deploys print no warning about them', () => {
    const { artifacts } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'))
    const flags = Object.entries<Flag>(artifacts['aws-cdk-lib/feature-flag-report'].properties.flags)
    expect(flags.length).toBeGreaterThan(50)
    const open = flags.filter(
      ([, { userValue, recommendedValue, unconfiguredBehavesLike }]) =>
        userValue === undefined && (unconfiguredBehavesLike?.v2 ?? false) !== recommendedValue,
    )
    expect(open).toEqual([])
  })
})

/** An entry of CDK's feature flag report. */
type Flag = {
  userValue?: unknown
  recommendedValue: unknown
  unconfiguredBehavesLike?: { v2: unknown }
}
