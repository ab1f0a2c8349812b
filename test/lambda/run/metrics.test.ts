import { describe, expect, it } from 'vitest'
import type { RunReport } from '../../../lambda/state/run-report.ts'
import { writtenMetrics } from '../../watched-installation.ts'
import { at } from '../tenants.ts'

const hourMs = 3_600_000

const report: RunReport = {
  source: 'emea',
  startedAt: at - 60_000,
  endedAt: at,
  trigger: 'schedule',
  result: 'complete',
  message: 'Collected.',
  calls: { made: 12, retries: 1, throttled: 2 },
  budget: [],
  health: {
    ...{ active: 8, withoutFresh: 2, withoutAnyForADay: 1, oldestMs: 30 * hourMs },
    ...{ freshForMs: 3 * hourMs, cycleMs: hourMs },
  },
  nextRunAt: at + hourMs,
}

describe('the metrics of a run', () => {
  it('are the four that alarms need, since each costs money', () => {
    const emf = writtenMetrics(report)
    const [written] = emf._aws.CloudWatchMetrics
    const Dimensions = [['service', 'installation', 'source']]
    expect(written).toMatchObject({ Namespace: 'SophosDetections', Dimensions })
    expect(emf).toMatchObject({ service: 'sophos-detections', source: 'emea' })
    expect(Object.fromEntries((written?.Metrics ?? []).map(({ Name }) => [Name, emf[Name]]))).toEqual({
      RunFailed: 0,
      ThrottledCalls: 2,
      TenantsWithoutFreshFigures: 25,
      TenantsWithoutFiguresForADay: 1,
    })
  })

  it('say that a run failed, and that no tenant is missing where none should have figures', () => {
    const nobody = { ...report.health, active: 0, withoutFresh: 0 } as RunReport['health']
    expect(writtenMetrics({ ...report, result: 'failed', health: nobody })).toMatchObject({
      RunFailed: 1,
      TenantsWithoutFreshFigures: 0,
    })
  })
})
