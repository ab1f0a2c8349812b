import { App, Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { describe, expect, it } from 'vitest'
import { runSeconds } from '../../../cdk/collector/run-time.ts'
import { readSettings } from '../../../cdk/settings.ts'
import { Alarms } from '../../../cdk/watching/alarms.ts'
import { Notifications } from '../../../cdk/watching/notifications.ts'
import { document, headings } from '../../docs/documents.ts'

const docs = 'https://git.example.com/dashboard/blob/main/docs'

type AlarmProperties = {
  readonly AlarmDescription: string
  readonly MetricName: string
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[]
  readonly Period: number
  readonly EvaluationPeriods: number
  readonly Threshold: number
  readonly TreatMissingData: string
  readonly AlarmActions?: readonly unknown[]
  readonly OKActions?: readonly unknown[]
}

function synthesize({
  scheduleMinutes = 15,
  sources = ['default'],
  emails = ['soc@example.com'],
  documentationUrl,
}: Partial<{
  scheduleMinutes: number
  sources: string[]
  emails: string[]
  documentationUrl: string | undefined
}> = {}) {
  const stack = new Stack(
    new App({ analyticsReporting: false, builtinCloudFormationValidation: false }),
    'Test',
  )
  const notifications = emails.length > 0 ? new Notifications(stack, 'Notifications', emails) : undefined
  new Alarms(stack, 'Alarms', {
    collector: new LambdaFunction(stack, 'Collector', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('x'),
    }),
    runSeconds: runSeconds(scheduleMinutes),
    scheduleMinutes,
    sources,
    deadLetters: [new Queue(stack, 'LostStarts')],
    notify: notifications?.topic,
    documentationUrl,
  })
  const template = Template.fromStack(stack)
  const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(
    ([id, { Properties }]): [string, AlarmProperties] => [id, Properties],
  )
  return { template, alarms }
}

const { template, alarms } = synthesize()
const named = (name: string, of = alarms): AlarmProperties => {
  const [, found] = of.find(([id]) => id.startsWith(`Alarms${name}`)) ?? []
  if (!found) throw new Error(`no alarm ${name}`)
  return found
}

describe('the alarms', () => {
  it('are two for the function, four for each source, and one for each queue', () => {
    const names = (of: typeof alarms) => of.map(([id]) => id.replace(/^Alarms|[0-9A-F]{8}$/g, '')).sort()
    expect(names(alarms)).toEqual([
      'DayOlddefault',
      'Failed',
      'LostLostStarts',
      'NotFreshdefault',
      'SlowRun',
      'Staledefault',
      'Throttleddefault',
    ])
    expect(names(synthesize({ sources: ['default', 'emea'] }).alarms)).toHaveLength(11)
  })

  it.each(
    [5, 7, 10, 15, 30, 59, 60, 61, 90, 120, 360, 719, 720, 1_439, 1_440].map(minutes => [minutes] as const),
  )("are within CloudWatch's limits on a schedule of %i minutes", scheduleMinutes => {
    for (const [id, { Period, EvaluationPeriods, Threshold }] of synthesize({ scheduleMinutes }).alarms) {
      expect([id, Period % 60, Period <= 86_400, Threshold > 0]).toEqual([id, 0, true, true])
      // PutMetricAlarm: a day if the period is under an hour, otherwise a week.
      expect(Period * EvaluationPeriods).toBeLessThanOrEqual(Period < 3_600 ? 86_400 : 604_800)
    }
  })

  it('say what they mean, and name their section of the runbook, which exists', () => {
    const sections = alarms.map(([id, { AlarmDescription }]) => {
      const [, meaning, section = ''] =
        /^(.{40,}[.:]) What to do: docs\/runbook\.md#(\w+)$/.exec(AlarmDescription) ?? []
      expect(meaning).toBeDefined()
      expect(id.toLowerCase().startsWith(`alarms${section}`)).toBe(true)
      return section
    })
    expect(new Set(sections).size).toBe(7)
    expect(headings('docs/runbook.md')).toEqual(expect.arrayContaining(sections))
  })

  it('each have a section with description, investigation and resolution', () => {
    const [, ...sections] = document('docs/runbook.md').split(/\n## /)
    for (const [id] of alarms) {
      const section = sections.find(text => id.startsWith(`Alarms${text.split('\n', 1)[0]}`)) ?? ''
      const parts = [...section.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, part]) => part)
      expect([id, parts]).toEqual([id, ['Description', 'Investigation', 'Resolution']])
    }
  })

  it('give the full URL of that section if documentationUrl is set', () => {
    const longest = `https://git.example.com/${'d'.repeat(376)}`
    for (const documentationUrl of [docs, longest]) {
      for (const [, { AlarmDescription }] of synthesize({ documentationUrl }).alarms) {
        expect(AlarmDescription).toContain(` What to do: ${documentationUrl}/runbook.md#`)
        // CloudWatch's limit.
        expect(AlarmDescription.length).toBeLessThanOrEqual(1_024)
      }
    }
    expect(readSettings({ documentationUrl: longest }).documentationUrl).toBe(longest)
  })

  it('send a mail when they ring and when they end, if there is an address', () => {
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'))
    for (const [, { AlarmActions, OKActions }] of alarms) {
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: topic }], [{ Ref: topic }]])
    }
    for (const [, { AlarmActions, OKActions }] of synthesize({ emails: [] }).alarms) {
      expect([AlarmActions, OKActions]).toEqual([undefined, undefined])
    }
  })

  it('have no fixed names, so two installations fit in one account', () => {
    for (const [, properties] of alarms) expect(properties).not.toHaveProperty('AlarmName')
  })
})

describe('Failed', () => {
  it('rings where two runs in a row failed, until a run succeeds', () => {
    expect(named('Failed')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Threshold: 1,
      EvaluationPeriods: 2,
      Period: 900,
      TreatMissingData: 'ignore',
    })
  })

  it('rings on the first failure on schedules of over an hour, and ends within an hour of a success', () => {
    const failed = (scheduleMinutes: number, sources?: string[]) => {
      const { Period, EvaluationPeriods } = named('Failed', synthesize({ scheduleMinutes, sources }).alarms)
      return [Period, EvaluationPeriods]
    }
    expect([failed(5), failed(60), failed(61), failed(1_440)]).toEqual([
      [300, 2],
      [3_600, 2],
      [3_600, 1],
      [3_600, 1],
    ])
    // Not by the success of another source.
    expect(failed(1_440, ['default', 'emea'])).toEqual([86_400, 1])
  })
})

describe('Stale', () => {
  it('rings if every run failed for three intervals, or if there was none: missing data is bad', () => {
    expect(named('Stale')).toMatchObject({
      Namespace: 'SophosDetections',
      MetricName: 'RunFailed',
      Statistic: 'Minimum',
      Threshold: 1,
      EvaluationPeriods: 3,
      Period: 900,
      TreatMissingData: 'breaching',
    })
  })

  it('exists for every source, and uses the dimensions that a run writes', () => {
    const { alarms: both } = synthesize({ sources: ['default', 'emea'] })
    const dimensions = both
      .filter(([id]) => id.startsWith('AlarmsStale'))
      .map(([, { Dimensions }]) => Dimensions)
    expect(dimensions).toEqual(
      ['default', 'emea'].map(source => [
        { Name: 'installation', Value: { Ref: 'AWS::StackName' } },
        { Name: 'service', Value: 'sophos-detections' },
        { Name: 'source', Value: source },
      ]),
    )
  })
})

describe('SlowRun', () => {
  it.each([
    [5, 260_000],
    [15, 860_000],
    [1_440, 860_000],
  ])('rings within ten seconds of the timeout on a schedule of %i minutes', (scheduleMinutes, threshold) => {
    expect(named('SlowRun', synthesize({ scheduleMinutes }).alarms)).toMatchObject({
      MetricName: 'Duration',
      Statistic: 'Maximum',
      Threshold: threshold,
      TreatMissingData: 'ignore',
    })
  })
})

describe('NotFresh and DayOld', () => {
  it('ring for many tenants soon, and for a single one after a day, and leave missing runs to Stale', () => {
    expect(named('NotFresh')).toMatchObject({
      ...{ MetricName: 'TenantsWithoutFreshFigures', Statistic: 'Maximum', Threshold: 10 },
      ...{ EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'ignore' },
    })
    expect(named('DayOld')).toMatchObject({
      ...{ MetricName: 'TenantsWithoutFiguresForADay', Statistic: 'Maximum', Threshold: 1 },
      ...{ EvaluationPeriods: 2, TreatMissingData: 'ignore' },
    })
  })
})

describe('Throttled and Lost', () => {
  it('treat missing data as good: without calls there are no refusals, and an unused queue has no metrics', () => {
    expect(named('Throttled')).toMatchObject({
      MetricName: 'ThrottledCalls',
      EvaluationPeriods: 6,
      DatapointsToAlarm: 3,
      TreatMissingData: 'notBreaching',
    })
    expect(named('Lost')).toMatchObject({
      MetricName: 'NumberOfMessagesSent',
      Threshold: 1,
      EvaluationPeriods: 4,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    })
  })
})

describe('Lost', () => {
  it('rings on a single lost start on schedules of over an hour', () => {
    expect(named('Lost', synthesize({ scheduleMinutes: 1_440 }).alarms)).toMatchObject({
      ...{ Period: 3_600, EvaluationPeriods: 1, DatapointsToAlarm: 1 },
    })
  })
})

describe('the notifications', () => {
  it('go to every address', () => {
    const of = synthesize({ emails: ['soc@example.com', 'on-call@example.com'] }).template
    const endpoints = Object.values(of.findResources('AWS::SNS::Subscription')).map(
      ({ Properties }) => `${Properties.Protocol}:${Properties.Endpoint}`,
    )
    expect(endpoints.sort()).toEqual(['email:on-call@example.com', 'email:soc@example.com'])
  })

  it('are not created without an address, because their key costs a dollar a month', () => {
    const of = synthesize({ emails: [] }).template
    of.resourceCountIs('AWS::SNS::Topic', 0)
    of.resourceCountIs('AWS::KMS::Key', 0)
  })

  it('are encrypted with a key that CloudWatch can use; otherwise no mail would arrive', () => {
    const [key] = Object.keys(template.findResources('AWS::KMS::Key'))
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: { 'Fn::GetAtt': [key, 'Arn'] } })
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          }),
        ]),
      },
    })
  })

  it('are accepted only from alarms of this account and region, and only over SSL', () => {
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'))
    const [{ Properties }] = Object.values(template.findResources('AWS::SNS::TopicPolicy')) as [
      { Properties: { PolicyDocument: { Statement: unknown[] } } },
    ]
    expect(Properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sns:Publish',
        Resource: { Ref: topic },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Resource: { Ref: topic },
        Condition: { ArnLike: { 'aws:SourceArn': expect.anything() } },
      }),
    ])
    expect(JSON.stringify(Properties)).toMatch(/:cloudwatch:.*AWS::Region.*AWS::AccountId.*:alarm:\*/)
  })
})
