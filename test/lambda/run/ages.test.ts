import { describe, expect, it } from 'vitest'
import { measureAges } from '../../ages.ts'

describe('an estate that is larger than the budget', () => {
  it('keeps the age of every figure of an estate under its bound, and that of the busiest tenants well under it', async () => {
    // `npm run bench` does the same for 10,000, and with the default limits.
    const { oldestHours, oldestBusyHours, boundHours } = await measureAges(300, '10/s 100/m 120/h 80000/d', 7)
    expect(boundHours).toBeLessThan(9)
    expect(oldestHours).toBeLessThan(boundHours)
    expect(oldestBusyHours).toBeLessThan(0.75 * oldestHours)
  }, 60_000)
})
