import { describe, expect, it } from 'vitest'
import { datasets } from '../../../lambda/datasets/list.ts'
import { callsNeeded } from '../../../lambda/run/calls-needed.ts'
import { virtualInstallation } from '../../virtual-installation.ts'

const refreshIntervalMs = 900_000

describe('the calls that a run needs', () => {
  it.each([
    [1, 'on'],
    [100, 'on'],
    [101, 'on'],
    [230, 'off'],
  ])('are those that a run makes: %i tenants, the guard %s', async (tenants, guard) => {
    const { run } = virtualInstallation({
      simulator: { tenants: Array.from({ length: tenants }, () => ({ access: 'ok' })), rateLimits: '1000/s' },
      env: { FUSION_GUARD: guard },
    })
    const outcome = await run()
    const parts = callsNeeded({ tenants, refreshIntervalMs, guard: guard === 'on', datasets })
    const needed = Object.values(parts).reduce((sum, calls) => sum + calls, 0)
    expect('report' in outcome && outcome.report.calls.made).toBe(needed)
  })

  it('hold a dataset with a period of its own as often as it is due, and no more often than a run', () => {
    const estate = { tenants: 100, refreshIntervalMs, guard: false }
    const periodic = (everyMs: number) =>
      callsNeeded({ ...estate, datasets: [{ calls: 2, everyMs }] }).periodic
    expect(periodic(24 * 3_600_000)).toBeCloseTo(200 / 96, 9)
    expect(periodic(60_000)).toBe(200)
  })
})
