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
  it('are two of the function, three of each source, and one of each queue', () => {
    const names = (of: typeof alarms) => of.map(([id]) => id.replace(/^Alarms|[0-9A-F]{8}$/g, '')).sort()
    expect(names(alarms)).toEqual([
      'Failed',
      'LostLostStarts',
      'SlowCycledefault',
      'SlowRun',
      'Staledefault',
      'Throttleddefault',
    ])
    expect(names(synthesize({ sources: ['default', 'emea'] }).alarms)).toHaveLength(9)
  })

  it.each(
    [5, 7, 10, 15, 30, 59, 60, 61, 90, 120, 360, 719, 720, 1_439, 1_440].map(minutes => [minutes] as const),
  )('are ones that CloudWatch takes, on a schedule of %i minutes', scheduleMinutes => {
    for (const [id, { Period, EvaluationPeriods, Threshold }] of synthesize({ scheduleMinutes }).alarms) {
      expect([id, Period % 60, Period <= 86_400, Threshold > 0]).toEqual([id, 0, true, true])
      // PutMetricAlarm: a day where a period is under an hour, else a week.
      expect(Period * EvaluationPeriods).toBeLessThanOrEqual(Period < 3_600 ? 86_400 : 604_800)
    }
  })

  it('say what they mean, and name their own section of the runbook, which is there', () => {
    const sections = alarms.map(([id, { AlarmDescription }]) => {
      const [, says, section = ''] =
        /^(.{40,}[.:]) What to do: docs\/runbook\.md#(\w+)$/.exec(AlarmDescription) ?? []
      expect(says).toBeDefined()
      expect(id.toLowerCase().startsWith(`alarms${section}`)).toBe(true)
      return section
    })
    expect(new Set(sections).size).toBe(6)
    expect(headings('docs/runbook.md')).toEqual(expect.arrayContaining(sections))
  })

  it('have a section of three parts each: what it means, how to look, what to do', () => {
    const [, ...sections] = document('docs/runbook.md').split(/\n## /)
    for (const [id] of alarms) {
      const section = sections.find(text => id.startsWith(`Alarms${text.split('\n', 1)[0]}`)) ?? ''
      const parts = [...section.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, part]) => part)
      expect([id, parts]).toEqual([id, ['Description', 'Investigation', 'Resolution']])
    }
  })

  it('give the full address of that section if the settings name where the documents are', () => {
    const longest = `https://git.example.com/${'d'.repeat(376)}`
    for (const documentationUrl of [docs, longest]) {
      for (const [, { AlarmDescription }] of synthesize({ documentationUrl }).alarms) {
        expect(AlarmDescription).toContain(` What to do: ${documentationUrl}/runbook.md#`)
        // CloudWatch's bound.
        expect(AlarmDescription.length).toBeLessThanOrEqual(1_024)
      }
    }
    expect(readSettings({ documentationUrl: longest }).documentationUrl).toBe(longest)
  })

  it('tell of the trouble and of its end, by mail, where there is an address', () => {
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'))
    for (const [, { AlarmActions, OKActions }] of alarms) {
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: topic }], [{ Ref: topic }]])
    }
    for (const [, { AlarmActions, OKActions }] of synthesize({ emails: [] }).alarms) {
      expect([AlarmActions, OKActions]).toEqual([undefined, undefined])
    }
  })

  it('have no names of their own, so that two installations fit into one account', () => {
    for (const [, properties] of alarms) expect(properties).not.toHaveProperty('AlarmName')
  })
})

describe('Failed', () => {
  it('rings on the first run that throws, and stays until one does not', () => {
    expect(named('Failed')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Threshold: 1,
      EvaluationPeriods: 1,
      // A run that is cut off after 14.5 minutes is counted at its start.
      Period: 1_800,
      TreatMissingData: 'ignore',
    })
  })

  it('ends within an hour of a success, also where runs are rarer, but not by the success of another source', () => {
    const period = (scheduleMinutes: number, sources?: string[]) =>
      named('Failed', synthesize({ scheduleMinutes, sources }).alarms).Period
    expect([period(5), period(60), period(1_440)]).toEqual([600, 3_600, 3_600])
    expect(period(1_440, ['default', 'emea'])).toBe(86_400)
  })
})

describe('Stale', () => {
  it('rings where for three intervals every run failed, or there was none: missing data is bad', () => {
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

  it('is there for every source, and looks at the dimensions that a run writes', () => {
    const { alarms: both } = synthesize({ sources: ['default', 'emea'] })
    const dimensions = both
      .filter(([id]) => id.startsWith('AlarmsStale'))
      .map(([, { Dimensions }]) => Dimensions)
    expect(dimensions).toEqual(
      ['default', 'emea'].map(source => [
        { Name: 'service', Value: 'sophos-detections' },
        { Name: 'source', Value: source },
      ]),
    )
  })
})

describe('Slow', () => {
  it.each([
    [5, 260_000],
    [15, 860_000],
    [1_440, 860_000],
  ])('rings within ten seconds of the time-out on a schedule of %i minutes', (scheduleMinutes, threshold) => {
    expect(named('SlowRun', synthesize({ scheduleMinutes }).alarms)).toMatchObject({
      MetricName: 'Duration',
      Statistic: 'Maximum',
      Threshold: threshold,
      TreatMissingData: 'ignore',
    })
  })

  it('rings where figures are three cycles old', () => {
    expect(named('SlowCycle')).toMatchObject({ MetricName: 'OldestFigureCycles', Threshold: 3 })
  })
})

describe('Throttled and Lost', () => {
  it('take no data for a good sign: no calls, no refusals, and a queue that is not used is not measured', () => {
    expect(named('Throttled')).toMatchObject({
      MetricName: 'ThrottledCalls',
      EvaluationPeriods: 3,
      TreatMissingData: 'notBreaching',
    })
    expect(named('Lost')).toMatchObject({
      MetricName: 'NumberOfMessagesSent',
      Threshold: 1,
      // Longer than SQS takes to tell of a queue that was idle.
      Period: 3_600,
      TreatMissingData: 'notBreaching',
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

  it('are not made without an address, for their key costs a dollar a month', () => {
    const of = synthesize({ emails: [] }).template
    of.resourceCountIs('AWS::SNS::Topic', 0)
    of.resourceCountIs('AWS::KMS::Key', 0)
  })

  it('are encrypted under a key that CloudWatch may use, without which no mail would ever come', () => {
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

  it('are taken from alarms of this account and region, and over SSL only', () => {
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
