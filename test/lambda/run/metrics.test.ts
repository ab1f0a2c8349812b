import { Metrics } from '@aws-lambda-powertools/metrics'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { datasets } from '../../../lambda/datasets/list.ts'
import { parseRateWindows } from '../../../lambda/pacing/windows.ts'
import { recordMetrics } from '../../../lambda/run/metrics.ts'
import { readSettings } from '../../../lambda/settings.ts'
import type { RunOutcome } from '../../../lambda/state/run-report.ts'
import { virtualInstallation } from '../../virtual-installation.ts'
import { at, bySeverity, countsOf, tenantOf } from '../tenants.ts'

const hourMs = 3_600_000
const limits = '10/s 100/m 1000/h 200000/d'

const report: RunOutcome['report'] = {
  source: 'emea',
  startedAt: at - 60_000,
  endedAt: at,
  trigger: 'schedule',
  result: 'complete',
  message: 'Collected.',
  calls: { made: 12, retries: 1, throttled: 2 },
  budget: parseRateWindows(limits).map(({ text, ...window }) => ({
    window: text,
    ...window,
    left: window.limit / 4,
  })),
  nextRunAt: at + hourMs,
}

/** What is written for a run, as CloudWatch reads it. */
function written(outcome: RunOutcome, schedule = { rateLimits: limits, refreshInterval: hourMs }) {
  const lines: string[] = []
  const spy = vi.spyOn(console, 'log').mockImplementation(line => void lines.push(String(line)))
  const metrics = new Metrics({ namespace: 'SophosDetections', serviceName: 'sophos-detections' })
  const settings = readSettings({
    ...{ SOPHOS_SECRET_ARN: 'secret', DATA_BUCKET: 'data' },
    SOPHOS_RATE_LIMITS: schedule.rateLimits,
    REFRESH_INTERVAL: `${schedule.refreshInterval}ms`,
  })
  recordMetrics(metrics, outcome, settings, datasets)
  spy.mockRestore()
  expect(lines).toHaveLength(1)
  return JSON.parse(lines[0] ?? '')
}

const ageOf = (hours: number) => ({ counts: countsOf(bySeverity(0), at - hours * hourMs) })

// Written to this process' console, and not past it.
beforeEach(() => {
  vi.stubEnv('POWERTOOLS_DEV', 'true')
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false')
})
afterEach(() => vi.unstubAllEnvs())

describe('the metrics of a run', () => {
  it('are as few as alarms and dashboard need: 8, and one for each status that there is', () => {
    const emf = written({
      report,
      tenants: [tenantOf('a', ageOf(1)), tenantOf('b', { status: 'forbidden' })],
    })
    const [{ Namespace, Dimensions, Metrics: names }] = emf._aws.CloudWatchMetrics
    expect([Namespace, Dimensions]).toEqual(['SophosDetections', [['service', 'installation', 'source']]])
    expect(emf).toMatchObject({ service: 'sophos-detections', source: 'emea' })
    const values = Object.fromEntries(names.map(({ Name }: { Name: string }) => [Name, emf[Name]]))
    expect(values).toEqual({
      RunFailed: 0,
      Calls: 12,
      ThrottledCalls: 2,
      Tenants: 2,
      Tenants_ok: 1,
      Tenants_forbidden: 1,
      'BudgetUsed_1000/h': 75,
      'BudgetUsed_200000/d': 75,
      OldestFigureAge: hourMs,
      OldestFigureCycles: 1,
    })
  })

  it('count the age of figures whose turn comes again, and of no tenant that cannot be asked', () => {
    const gone = tenantOf('gone', { status: 'forbidden', ...ageOf(500) })
    expect(written({ report, tenants: [tenantOf('a', ageOf(2)), gone] })).toMatchObject({
      OldestFigureCycles: 2,
    })
    expect(written({ report, tenants: [gone] })).not.toHaveProperty('OldestFigureCycles')
  })

  it('say that a run failed', () => {
    expect(written({ report: { ...report, result: 'failed' }, tenants: [] })).toMatchObject({ RunFailed: 1 })
  })
})

describe('the alarm on slow cycles', () => {
  // Its threshold is 3 (cdk/watching/alarms.ts).
  it.each([
    ['5m', 20, '10/s 100/m 1000/h', 20],
    ['15m', 130, '10/s 40/m 100/h', 40],
    ['5m', 230, '10/s 40/m 100/h', 50],
    ['2h', 230, '10/s 40/m 100/h', 14],
  ])(
    'stays silent on a schedule of %s with %i tenants under %s, however many runs a cycle takes',
    async (refreshInterval, tenants, rateLimits, runs) => {
      const installation = virtualInstallation({
        simulator: {
          tenants: Array.from({ length: tenants }, () => ({ access: 'ok' as const })),
          rateLimits,
        },
        refreshInterval,
      })
      const intervalMs =
        Number.parseInt(refreshInterval, 10) * (refreshInterval.endsWith('h') ? hourMs : 60_000)
      let highest = 0
      for (let i = 0; i < runs; i++) {
        const startedAt = installation.clock.now()
        const outcome = await installation.run({ remainingMs: Math.min(870_000, intervalMs - 30_000) })
        if (!('report' in outcome)) throw new Error('the lease was taken')
        highest = Math.max(
          highest,
          written(outcome, { rateLimits, refreshInterval: intervalMs }).OldestFigureCycles ?? 0,
        )
        await installation.pass(startedAt + intervalMs - installation.clock.now())
      }
      expect(highest).toBeGreaterThan(0)
      expect(highest).toBeLessThan(3)
    },
  )
})
