import { describe, expect, it } from 'vitest'
import { costOf, totalOf } from '../../../cdk/planning/cost.ts'
import { costTable } from '../../../cdk/planning/cost-table.ts'
import { readSettings } from '../../../cdk/settings.ts'
import { document } from '../../docs/documents.ts'

const estate = (tenants: number, context = {}) => ({
  ...readSettings(context),
  tenants,
  metrics: 4,
  alarms: 7,
})

describe('the cost of an installation', () => {
  it('equals a calculation by hand', () => {
    // 50 tenants: 2,920 runs a month. A run makes 50 + 1 + 2 calls and half a probe. The last call is 5.3 s after the
    // first, and the rest of the run takes 3 s.
    const cost = costOf(estate(50))
    expect(cost.function).toBeCloseTo(2_920 * ((5.3 + 3) * 0.25 * 0.0000133334 + 1.2e-6), 2)
    expect(cost.secret).toBeCloseTo(0.4 + 2_920 * 0.000005, 4)
    expect(cost.watching).toBeCloseTo(4 * 0.3 + 7 * 0.1, 1)
    // 9 writes and 6 reads per run.
    expect(cost.storage).toBeCloseTo(2_920 * (9 * 0.000005 + 6 * 0.0000004), 2)
  })

  it('grows only by storage and transfer once the rate limits bound a run', () => {
    const [some, many] = [costOf(estate(500)), costOf(estate(2_500))]
    expect(many.function).toBeCloseTo(some.function, 2)
    expect(totalOf(many)).toBeGreaterThan(totalOf(some))
    expect(totalOf(many)).toBeLessThan(totalOf(some) * 1.5)
  })

  it('is lower with fewer runs', () => {
    expect(totalOf(costOf(estate(200, { schedule: '1h' })))).toBeLessThan(totalOf(costOf(estate(200))))
  })
})

const readme = document('README.md')
const [, written] = /<!-- cost: npm run cost -->\n([\s\S]*?)\n<!-- \/cost -->/.exec(readme) ?? []

describe('the README', () => {
  it('has the current table of npm run cost', () => {
    expect(written).toBe(costTable())
  })
})
