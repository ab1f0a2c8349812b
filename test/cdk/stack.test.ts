import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { afterAll, describe, expect, it } from 'vitest'
import { pageSettings } from '../../cdk/page-settings.ts'
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
  it('never overwrites the credentials: the placeholder is the one of the first release', () => {
    expect(only('AWS::SecretsManager::Secret')[1].Properties.SecretString).toBe(
      '{"clientId":"","clientSecret":""}',
    )
  })

  it('never deletes in the data bucket: only the page is deployed, and only its bucket is pruned', () => {
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

  it('never takes the assets away from a page that is still open', () => {
    for (const [, { Properties }] of all('Custom::CDKBucketDeployment')) {
      const keepsAssets = Properties.Prune === false || list(Properties.Exclude).includes('assets/*')
      expect(keepsAssets).toBe(true)
    }
  })

  it('uploads the page after the assets that it refers to', () => {
    const [assets] =
      all('Custom::CDKBucketDeployment').find(([, it]) => it.Properties.DestinationBucketKeyPrefix) ?? []
    template.hasResource('Custom::CDKBucketDeployment', {
      Properties: { Exclude: ['assets/*'] },
      DependsOn: Match.arrayWith([assets]),
    })
  })
})

describe('the removal of the stack', () => {
  const ends = (of: Template) =>
    [...all('AWS::S3::Bucket', of), ...all('AWS::SecretsManager::Secret', of)].map(
      ([id, { DeletionPolicy, UpdateReplacePolicy }]) => [id, DeletionPolicy, UpdateReplacePolicy],
    )

  it('keeps the buckets and the credentials; only a first deploy that fails takes the empty secret back', () => {
    expect(ends(template)).toEqual([
      [dataBucket, 'Retain', 'Retain'],
      [siteBucket, 'Retain', 'Retain'],
      [only('AWS::SecretsManager::Secret')[0], 'RetainExceptOnCreate', 'Retain'],
    ])
  })

  it('brings no function that may empty the data bucket while the data is to be kept', () => {
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 0)
    const gone = variant({ keepData: 'no' })
    gone.resourceCountIs('Custom::S3AutoDeleteObjects', 2)
    expect(ends(gone).flatMap(([, ...policies]) => policies)).toEqual(Array(6).fill('Delete'))
  })

  it('ends the collector before the data bucket is emptied, so that no run writes behind its back', () => {
    const gone = variant({ keepData: 'no' })
    const emptying = all('Custom::S3AutoDeleteObjects', gone).find(([id]) => id.startsWith('DataBucket'))?.[0]
    const collector = all('AWS::Lambda::Function', gone).find(([id]) => id.startsWith('Collector'))
    expect(collector?.[1].DependsOn).toContain(emptying)
  })

  it('leaves no log behind: every function has a group of the stack, and may make no other', () => {
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

  it('keep old versions of the data for a day, and the history as long as is set; nothing else ends by itself', () => {
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

  it('has a * only in what CDK grants its own functions, and in resources below a prefix', () => {
    // The function that copies the page reaches the bucket of the page; the one that empties, the buckets that are not
    // kept.
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
      // What CloudFront may read.
      ['DataBucketPolicy3231C704', 'history/*'],
      ['SiteBucketPolicy45F6EBA1', '*'],
    ])
  })

  it('reaches state/ by no address', () => {
    const served = allowed.filter(
      ({ id, Principal }) =>
        id.startsWith('DataBucketPolicy') && Object(Principal).Service === 'cloudfront.amazonaws.com',
    )
    expect(served).toHaveLength(1)
    const keys = list(served[0]?.Resource).map(resource => /"\/([^"]*)"/.exec(JSON.stringify(resource))?.[1])
    expect(keys.sort()).toEqual(['access-report.json', 'detections.csv', 'history/*', 'status.json'])
  })

  it('writes every log into a group that forgets', () => {
    const days = Number(Object(context).logDays ?? 30)
    expect(all('AWS::Logs::LogGroup', of).length).toBeGreaterThanOrEqual(2)
    for (const [id, { Properties }] of all('AWS::Logs::LogGroup', of))
      expect([id, Properties.RetentionInDays]).toEqual([id, days])
  })

  it('tries nothing again by itself: neither the schedules nor Lambda', () => {
    const schedules = all('AWS::Scheduler::Schedule', of)
    expect(schedules.length).toBeGreaterThan(0)
    for (const [, { Properties }] of schedules)
      expect(Object(Properties.Target).RetryPolicy.MaximumRetryAttempts).toBe(0)
    for (const [, { Properties }] of all('AWS::Lambda::EventInvokeConfig', of))
      expect(Properties.MaximumRetryAttempts).toBe(0)
  })

  it('gives no physical name but where CloudFront wants one, which holds the stack and the region', () => {
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

  it('ends with what an operator needs, each said in words', () => {
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

  /** Starts it as the CDK command does. */
  const start = (context: object) =>
    spawnSync(process.execPath, [program], {
      env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
      encoding: 'utf8',
    })

  it('ends with one plain sentence, and without a stack trace, where a setting is wrong', () => {
    const { status, stderr } = start({ acces: 'public' })
    expect(stderr).toMatch(/^There is no setting "acces"\. Did you mean "access"\?[^\n]*\n$/)
    expect(status).toBe(1)
  })

  const chosen = { ...everything, sources: '', tenants: '400' }

  it('says once how old the figures will be, and nothing more: CDK has nothing to say of the template', () => {
    const { status, stdout, stderr } = start(chosen)
    expect(stderr).toMatch(/^400 tenants every 15 min need 1,624 calls an hour; [^\n]* every 25 min\.\n$/)
    expect([stdout, status]).toEqual(['', 0])
  }, 30_000)

  it('deploys settings.json with the page, for whoever looks at it', () => {
    const files = globSync('asset.*/settings.json', { cwd: outdir })
    expect(files).toHaveLength(1)
    const text = readFileSync(join(outdir, files[0] ?? ''), 'utf8')
    expect(JSON.parse(text)).toEqual(pageSettings(readSettings(chosen)))
    expect(text).toContain('Europe/Berlin')
  })

  it('leaves no flag of CDK open, of which every deploy would speak', () => {
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

/** As CDK's report of flags has it. */
type Flag = {
  userValue?: unknown
  recommendedValue: unknown
  unconfiguredBehavesLike?: { v2: unknown }
}
