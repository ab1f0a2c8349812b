import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { describe, expect, it } from 'vitest'
import { Monitoring } from '../../../cdk/watching/monitoring.ts'
import { parseRateWindows } from '../../../lambda/pacing/windows.ts'
import { summaryOf } from '../../../lambda/run/summary.ts'
import type { RunOutcome } from '../../../lambda/state/run-report.ts'

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
    readonly query?: string
    readonly metrics?: readonly (readonly unknown[])[]
  }
}

const outcome: RunOutcome = {
  tenants: [],
  report: {
    ...{ source: 'default', startedAt: 0, endedAt: 0, trigger: 'schedule', result: 'complete', message: '' },
    ...{ calls: { made: 0, retries: 0, throttled: 0 }, nextRunAt: 0 },
    budget: parseRateWindows('500/h 100000/d').map(({ text, ...window }) => ({
      window: text,
      ...window,
      left: 1,
    })),
    health: { active: 0, withoutFresh: 0, withoutAnyForADay: 0, oldestMs: 0, freshForMs: 0, cycleMs: 0 },
  },
}

const { widgets } = body(['default'])
const queryOf = (title: RegExp, of = widgets) =>
  of.find(({ properties }) => title.test(properties.title ?? ''))?.properties.query
const metricsOf = (title: RegExp, of = widgets) =>
  (of.find(({ properties }) => title.test(properties.title ?? ''))?.properties.metrics ?? []).map(
    ([, name]) => name,
  )

describe('the dashboard in CloudWatch', () => {
  it('shows alarms, runs and their timeout, calls, budget, tenants by status, ages and the latest runs', () => {
    expect(widgets.map(({ type }) => type)).toEqual([
      'text',
      'alarm',
      ...Array.from({ length: 4 }, () => 'metric'),
      ...Array.from({ length: 3 }, () => 'log'),
    ])
    expect(metricsOf(/Runs/)).toEqual(['Invocations', 'Errors'])
    expect(metricsOf(/Tenants/)).toEqual(['TenantsWithoutFreshFigures', 'TenantsWithoutFiguresForADay'])
    expect(metricsOf(/429/)).toEqual(['ThrottledCalls'])
    expect(queryOf(/Tenants by status/)).toMatch(
      /max\(tenants\.ok\) as ok, .*max\(tenants\.failed\) as failed by bin\(15m\)/,
    )
    expect(JSON.stringify(widgets)).toContain('870000')
  })

  it('asks the log for nothing but what a run writes there at its end', () => {
    const fields = [...JSON.stringify(widgets).matchAll(/(?:max|sum)\(([\w.]+)\)/g)].map(
      ([, name = '']) => name,
    )
    expect(fields).toEqual(expect.arrayContaining(['calls.made', 'budgetUsed.per_h', 'budgetUsed.per_d']))
    for (const field of fields) {
      const found = field.split('.').reduce<unknown>((part, name) => Object(part)[name], summaryOf(outcome))
      expect([field, typeof found]).toEqual([field, 'number'])
    }
  })

  it('shows every source', () => {
    const both = body(['default', 'emea']).widgets
    expect(metricsOf(/fresh/, both)).toHaveLength(4)
    expect(queryOf(/^Tenants by status: emea/, both)).toContain('source = "emea"')
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
