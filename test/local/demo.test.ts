import { describe, expect, it } from 'vitest'
import { defaults } from '../../lambda/settings/defaults.ts'
import { demoSchedule, demoTenants } from '../../local/upstream.ts'
import { virtualClock } from '../virtual-clock.ts'
import { virtualInstallation } from '../virtual-installation.ts'

/** Runs the demo on its schedule, and returns how many tenants each run left for the next. */
async function leftBehind(tenants: number, runs: number): Promise<(number | undefined)[]> {
  const refreshInterval = demoSchedule(tenants)
  const intervalMs = Number.parseInt(refreshInterval, 10) * 60_000
  const clock = virtualClock()
  const installation = virtualInstallation({
    simulator: { tenants: demoTenants(tenants, clock.now()), rateLimits: defaults.rateLimits },
    ...{ clock, refreshInterval },
  })
  const left: (number | undefined)[] = []
  for (let i = 0; i < runs; i++) {
    const startedAt = clock.now()
    const outcome = await installation.run()
    left.push('report' in outcome ? outcome.report.counts?.waiting : undefined)
    await installation.pass(startedAt + intervalMs - clock.now())
  }
  return left
}

describe('the schedule of the demo', () => {
  it.each([
    [1, 10],
    [19, 10],
    [80, 26],
    [230, 9],
  ])('is long enough for each run to reach all of %i tenants, over %i runs', async (tenants, runs) => {
    expect(await leftBehind(tenants, runs)).toEqual(Array(runs).fill(0))
  })

  it.each([
    [5, '1m'],
    [80, '6m'],
    [230, '15m'],
    [900, '60m'],
    [10_000, defaults.refreshInterval],
  ])('for %i tenants is %s', (tenants, schedule) => {
    expect(demoSchedule(tenants)).toBe(schedule)
  })
})
