import { describe, expect, it } from 'vitest'
import { measureAges } from '../../ages.ts'

describe('an estate that is larger than the budget', () => {
  it('keeps the age of every figure of an estate under its bound, and that of tenants in trouble well under it', async () => {
    // `npm run bench` does the same for 10,000, and with the default limits.
    const { oldestHours, oldestHotHours, boundHours } = await measureAges(
      1_000,
      '10/s 100/m 400/h 80000/d',
      7,
    )
    expect(boundHours).toBeLessThan(6.5)
    expect(oldestHours).toBeLessThan(boundHours)
    expect(oldestHotHours).toBeLessThan(0.75 * oldestHours)
  }, 60_000)
})
