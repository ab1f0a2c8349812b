import { describe, expect, it } from 'vitest'
import { defaults } from '../../lambda/settings.ts'
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
  it.each([1, 19, 80, 230])(
    'is long enough for each of 30 runs to reach all of %i tenants',
    async tenants => {
      expect(await leftBehind(tenants, 30)).toEqual(Array(30).fill(0))
      // 7,000 calls in virtual time: 10 s of work, several times that on a busy machine.
    },
    180_000,
  )

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
