import { describe, expect, it } from 'vitest'
import { defaults } from '../../lambda/settings/defaults.ts'
import { forecast, generous } from '../../local/forecast.ts'
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

describe('the forecast of the demo', () => {
  const sources = new Map()
  const forecastOf = (tenants: number, rateLimits: string = defaults.rateLimits, scheduleMinutes = 15) =>
    forecast({ tenants, scheduleMinutes, rateLimits, sources, fusionGuard: 'on' })

  it.each([1, 80, 230])('is silent for %i tenants, as each run asks all of them', tenants => {
    expect(forecastOf(tenants)).toBeUndefined()
  })

  it.each([
    [2_500, undefined, /^At 1,000 calls an hour, it takes about 2 h 42 min to ask all 2,500 tenants\./],
    [2_500, undefined, /The first figures come within a minute\.$/],
    [10_000, undefined, /about 11 h 42 min .+ 10,000 tenants\. The first figures come after about 1 min\.$/],
    [50_000, undefined, /about 5 days to .+ after about 5 min\.$/],
    [
      100_000,
      undefined,
      /^At 1,000 calls an hour, not even the list of 100,000 tenants can be read, so no figures/,
    ],
    [100_000, undefined, /set SOPHOS_RATE_LIMITS to more, such as 20\/s 1000\/m\.$/],
    [100_000, generous, /it takes about \d+ h.* to ask all 100,000 tenants\. .+ after about 1 min\.$/],
    [
      2_000,
      '10/m',
      /^At 560 calls an hour, it takes about .+ to ask all 2,000 tenants\. .+ after about 2 min\.$/,
    ],
  ])('for %i tenants at %s is %s', (tenants, rateLimits, text) => {
    expect(forecastOf(tenants, rateLimits)).toMatch(text)
  })
})
