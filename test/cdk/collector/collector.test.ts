import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { readInvocation } from '../../../lambda/invocation.ts'
import { readSettings } from '../../../lambda/settings.ts'
import {
  all,
  dataBucket,
  inData,
  only,
  type Resource,
  statementsOf,
  template,
  variant,
} from '../resources.ts'

describe('the collector', () => {
  const collector = (of = template): [string, Resource] => {
    const found = all('AWS::Lambda::Function', of).find(
      ([, { Properties }]) => Properties.Runtime === 'nodejs24.x',
    )
    if (!found) throw new Error('no function with the runtime nodejs24.x')
    return found
  }
  const environment = (of = template) =>
    (collector(of)[1].Properties.Environment as { Variables: Record<string, unknown> }).Variables

  const deadLetters = () => ({ 'Fn::GetAtt': [only('AWS::SQS::Queue')[0], 'Arn'] })
  const arnOf = (name: string) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbCdEf`
  const many = variant({ sources: `emea=${arnOf('emea')},apac=${arnOf('apac')}` })

  it('runs the built bundle on Node 24 and arm64', () => {
    expect(collector()[1].Properties).toMatchObject({ Handler: 'index.handler', Architectures: ['arm64'] })
  })

  it('gets exactly the documented settings and one for its memory, and can parse them', () => {
    const [secret] = only('AWS::SecretsManager::Secret')
    const variables = environment(variant({ schedule: '2h', rateLimits: '5/s  500/h' }))
    expect(variables).toEqual({
      SOPHOS_SECRET_ARN: { Ref: secret },
      DATA_BUCKET: { Ref: dataBucket },
      SOPHOS_RATE_LIMITS: '5/s 500/h',
      REFRESH_INTERVAL: '120m',
      SOURCE: 'default',
      FUSION_GUARD: 'on',
      FUSION_COUNTS: 'off',
      INSTALLATION: { Ref: 'AWS::StackName' },
      EVENT_BUS_NAME: 'default',
      DASHBOARD_URL: expect.anything(),
      MALLOC_ARENA_MAX: '1',
    })
    const deployed = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : 'resolved',
      ]),
    )
    expect(readSettings(deployed)).toMatchObject({
      refreshIntervalMs: 7_200_000,
      source: 'default',
      demo: false,
    })
  })

  it('can do what a run does and nothing else', () => {
    const [secret] = only('AWS::SecretsManager::Secret')
    const [, policy] = all('AWS::IAM::Policy').find(([id]) => id.startsWith('Collector')) ?? []
    const [, role] = all('AWS::IAM::Role').find(([id]) => id.startsWith('Collector')) ?? []
    if (!policy || !role) throw new Error('the collector has no policy or no role')

    expect(role.Properties).not.toHaveProperty('ManagedPolicyArns')
    expect(
      statementsOf(policy).map(({ Effect, Action, Resource }) => ({ Effect, Action, Resource })),
    ).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^CollectorLogs/), 'Arn'] },
      },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: deadLetters() },
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: secret } },
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: [
          'access-report.json',
          'community/detections.csv',
          'detections.csv',
          'history/*',
          'state/*',
          'status.json',
        ].map(inData),
      },
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: expect.anything() },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: { 'Fn::GetAtt': [dataBucket, 'Arn'] } },
    ])
  })

  it('can list without a condition on s3:prefix, which would turn 404 for a missing object into 403', () => {
    const listing = all('AWS::IAM::Policy')
      .flatMap(([, policy]) => statementsOf(policy))
      .filter(({ Action }) => Action === 's3:ListBucket')
    expect(listing).toHaveLength(1)
    expect(listing[0]).not.toHaveProperty('Condition')
  })

  it('reads the secret in secretArn instead of creating one', () => {
    const secretArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sophos-AbCdEf'
    const named = variant({ secretArn })
    named.resourceCountIs('AWS::SecretsManager::Secret', 0)
    expect(environment(named).SOPHOS_SECRET_ARN).toBe(secretArn)
    named.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: 'secretsmanager:GetSecretValue', Resource: secretArn }),
        ]),
      },
    })
  })

  it("can use the secret's key, only through Secrets Manager", () => {
    const secretKeyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd'
    variant({ secretArn: arnOf('sophos'), secretKeyArn }).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'kms:Decrypt',
            Resource: secretKeyArn,
            Condition: {
              StringEquals: {
                'kms:ViaService': {
                  'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']],
                },
              },
            },
          }),
        ]),
      },
    })
  })

  it.each([
    ['5m', 'rate(5 minutes)', 270],
    ['15m', 'rate(15 minutes)', 870],
    ['6h', 'rate(6 hours)', 870],
  ])('on a schedule of %s starts at %s and ends before the next start', (schedule, expression, timeout) => {
    const scheduled = variant({ schedule })
    scheduled.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: expression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
    })
    expect(collector(scheduled)[1].Properties.Timeout).toBe(timeout)
  })

  it('gets the Fusion settings', () => {
    const fusionUrl = 'https://xdr.sophos.com/graphql'
    const variables = environment(variant({ fusionGuard: 'off', fusionCounts: 'auto', fusionUrl }))
    expect(variables).toMatchObject({
      FUSION_GUARD: 'off',
      FUSION_COUNTS: 'auto',
      FUSION_GRAPHQL_URL: fusionUrl,
    })
  })

  it('starts once: neither the schedule nor Lambda retries, and a late start is dropped', () => {
    const [id] = collector()
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Target: {
        Arn: { 'Fn::GetAtt': [id, 'Arn'] },
        Input: '{"trigger":"schedule"}',
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: deadLetters() },
      },
    })
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: id },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: deadLetters() } },
    })
  })

  it('keeps failed starts for two weeks, encrypted, and accepts them only over TLS', () => {
    const [id, { Properties }] = only('AWS::SQS::Queue')
    expect(Properties).toEqual({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true })
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: id }],
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      },
    })
  })

  it("is started by a role that can do nothing else, and that only this account's schedules can use", () => {
    const [id, role] = all('AWS::IAM::Role').find(([name]) => name.startsWith('Starter')) ?? []
    const [, policy] = all('AWS::IAM::Policy').find(([name]) => name.startsWith('Starter')) ?? []
    if (!id || !role || !policy) throw new Error('the schedule has no role')
    expect(
      statementsOf(policy).map(({ Effect, Action, Resource }) => ({ Effect, Action, Resource })),
    ).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::GetAtt': [collector()[0], 'Arn'] },
      },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: deadLetters() },
    ])
    expect(role.Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    })
    for (const [, { Properties }] of all('AWS::Scheduler::Schedule', many)) {
      expect(Properties.Target).toMatchObject({ RoleArn: { 'Fn::GetAtt': [id, 'Arn'] } })
    }
    expect(all('AWS::Scheduler::Schedule', many)).toHaveLength(3)
  })

  it('gets its schedules after that role has its permissions: otherwise the first start would be lost', () => {
    const [policy] = all('AWS::IAM::Policy').find(([name]) => name.startsWith('Starter')) ?? []
    for (const [, { DependsOn }] of all('AWS::Scheduler::Schedule', many)) expect(DependsOn).toContain(policy)
  })

  it('has no reserved concurrency, which would queue starts, and fail to deploy with a small quota', () => {
    expect(collector()[1].Properties).not.toHaveProperty('ReservedConcurrentExecutions')
  })

  it('has a schedule for each additional credential and can read its secret; together they stay within the rate limits', () => {
    const emea = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:emea-AbCdEf'
    const both = variant({ sources: `emea=${emea}` })
    const inputs = Object.values(both.findResources('AWS::Scheduler::Schedule')).map(({ Properties }) =>
      JSON.parse(Properties.Target.Input),
    )
    expect(inputs).toEqual(
      expect.arrayContaining([{ trigger: 'schedule' }, { trigger: 'schedule', source: 'emea' }]),
    )
    expect(inputs).toHaveLength(2)
    for (const input of inputs) expect(readInvocation(input).trigger).toBe('schedule')
    expect(JSON.parse(String(environment(both).SOPHOS_SOURCES))).toEqual({ emea })
    const policies = JSON.stringify(both.findResources('AWS::IAM::Policy'))
    expect(policies).toContain(emea)
    expect(environment(both).SOPHOS_RATE_LIMITS).toBe('5/s 50/m 500/h 100000/d')
  })
})
