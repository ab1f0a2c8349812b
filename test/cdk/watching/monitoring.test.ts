import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { describe, expect, it } from 'vitest'
import { Monitoring } from '../../../cdk/watching/monitoring.ts'

/** Returns the body of the dashboard, with a placeholder for values that CloudFormation fills in. */
function body(sources: readonly string[], documentationUrl?: string): { widgets: Widget[] } {
  const stack = new Stack(
    new App({ analyticsReporting: false, builtinCloudFormationValidation: false }),
    'Test',
  )
  const collector = new LambdaFunction(stack, 'Collector', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('x'),
  })
  const failed = new Alarm(stack, 'Failed', {
    metric: collector.metricErrors(),
    threshold: 1,
    evaluationPeriods: 1,
  })
  new Monitoring(stack, 'Monitoring', {
    collector,
    logGroup: new LogGroup(stack, 'Logs'),
    runSeconds: 870,
    scheduleMinutes: 15,
    rateLimits: '10/s 100/m 500/h 100000/d',
    sources,
    alarms: [failed],
    documentationUrl,
  })
  const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'))
  expect(dashboard?.Properties).not.toHaveProperty('DashboardName')
  const parts: unknown[] = dashboard?.Properties.DashboardBody['Fn::Join'][1]
  return JSON.parse(parts.map(part => (typeof part === 'string' ? part : 'deployed')).join(''))
}

type Widget = {
  readonly type: string
  readonly x: number
  readonly width: number
  readonly properties: {
    readonly title?: string
    readonly markdown?: string
    readonly metrics?: readonly (readonly unknown[])[]
  }
}

const { widgets } = body(['default'])
const metricsOf = (title: RegExp, of = widgets) =>
  (of.find(({ properties }) => title.test(properties.title ?? ''))?.properties.metrics ?? []).map(
    ([, name]) => name,
  )

describe('the dashboard in CloudWatch', () => {
  it('shows alarms, runs and their timeout, calls, budget, tenants by status, ages and the latest runs', () => {
    expect(widgets.map(({ type }) => type)).toEqual([
      'text',
      'alarm',
      ...Array.from({ length: 6 }, () => 'metric'),
      'log',
    ])
    expect(metricsOf(/Runs/)).toEqual(['Invocations', 'Errors'])
    expect(metricsOf(/Tenants/)).toContain('Tenants_forbidden')
    expect(metricsOf(/Age/)).toEqual(['OldestFigureAge', 'OldestFigureCycles'])
    expect(JSON.stringify(widgets)).toContain('870000')
  })

  it('shows each rate limit window of an hour or more, under the metric name that runs write', () => {
    expect(metricsOf(/window/)).toEqual(['BudgetUsed_500/h', 'BudgetUsed_100000/d'])
  })

  it('shows every source', () => {
    expect(metricsOf(/window/, body(['default', 'emea']).widgets)).toHaveLength(4)
  })

  it('names the runbook, and links to it if documentationUrl is set', () => {
    const textOf = ([text]: readonly Widget[]) => text?.properties.markdown
    expect(textOf(widgets)).toContain('what to do: docs/runbook.md.')
    const docs = 'https://git.example.com/dashboard/blob/main/docs'
    expect(textOf(body(['default'], docs).widgets)).toContain(`[the runbook](${docs}/runbook.md)`)
  })

  it('fits the width of 24 columns', () => {
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24)
  })
})
