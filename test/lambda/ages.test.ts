import { describe, expect, it } from 'vitest'
import { measureAges } from '../ages.ts'

describe('an estate that is larger than the budget', () => {
  it('keeps the age of every figure of 2,500 tenants under its bound, and that of tenants in trouble well under it', async () => {
    // `npm run bench` does the same for 10,000.
    const { oldestHours, oldestHotHours, boundHours } = await measureAges(
      2_500,
      '10/s 100/m 1000/h 200000/d',
      7,
    )
    expect(boundHours).toBeLessThan(6.5)
    expect(oldestHours).toBeLessThan(boundHours)
    expect(oldestHotHours).toBeLessThan(0.75 * oldestHours)
  }, 60_000)
})
