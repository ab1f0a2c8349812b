import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unusual } from '../../../site/triage/unusual.ts'
import { hoursOf, makeTenant, withHours } from '../tenant.ts'

const end = Date.UTC(2026, 10, 22, 10, 59, 59)
const critical = (...args: Parameters<typeof hoursOf>) =>
  unusual(withHours({ critical: hoursOf(...args) }, { collectedAt: end })) ?? Number.NaN
const info = (...args: Parameters<typeof hoursOf>) =>
  unusual(withHours({ info: hoursOf(...args) }, { collectedAt: end })) ?? Number.NaN

describe('how unusual the last hours are', () => {
  it('ranks a quiet tenant with a burst above a loud one at its usual level', () => {
    expect(info(0, 2, 1, 1)).toBeGreaterThan(info(500))
  })

  it('ranks a quiet tenant with a burst above a loud one a little over its usual level', () => {
    expect(info(0, 3, 2, 3)).toBeGreaterThan(info(200, 205, 210, 215))
  })

  it('ranks one critical detection after silence above any storm of low ones', () => {
    expect(critical(0, 1)).toBeGreaterThan(info(0, 1e6, 1e6, 1e6))
  })

  it('ranks a higher severity above the same count of a lower one', () => {
    expect(critical(0, 2)).toBeGreaterThan(info(0, 2))
  })

  it('is zero for the usual, for less than that, and for no detections at all', () => {
    expect(critical(5)).toBeLessThan(0.001)
    expect(critical(5, 0, 0, 0)).toBe(0)
    expect(critical(0)).toBe(0)
  })

  it('needs a larger burst from a tenant that has one every few hours', () => {
    const everySixHours = Array.from({ length: 21 }, (_, hour) => (hour % 6 === 0 ? 60 : 0))
    const steady = Array.from({ length: 21 }, (_, hour) => (hour % 2 === 0 ? 11 : 12))
    const burst = [0, 0, 60]
    const score = (before: number[]) =>
      unusual(withHours({ low: [...before, ...burst] }, { collectedAt: end })) ?? 0
    expect(score(everySixHours)).toBeLessThan(score(steady) / 5)
  })

  it('counts the running hour as the part of it that has passed', () => {
    const hours = { critical: hoursOf(4) }
    const atTheHour = withHours(hours, { collectedAt: Date.UTC(2026, 10, 22, 10, 0, 30) })
    const late = withHours(hours, { collectedAt: end })
    expect(unusual(atTheHour)).toBeGreaterThan(unusual(late) ?? 0)
  })

  it('uses the totals if the severities are unknown, and is unknown without hours', () => {
    expect(unusual(makeTenant({ hourly: hoursOf(0, 3) }))).toBeGreaterThan(0)
    expect(unusual(makeTenant({ total: 9 }))).toBeUndefined()
  })

  const list = fc.array(fc.oneof(fc.nat(3), fc.nat(), fc.constant(999_999_999_999)), {
    minLength: 24,
    maxLength: 24,
  })

  it('is never negative, infinite or NaN', () => {
    fc.assert(
      fc.property(list, list, fc.nat(), (critical, low, collectedAt) => {
        const score = unusual(withHours({ critical, low }, { collectedAt }))
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(20 * 31)
      }),
    )
  })

  it('grows with the detections of the last hours', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 23, maxLength: 23 }), fc.nat(30), (before, last) => {
        const score = (newest: number) =>
          unusual(withHours({ high: [...before, newest] }, { collectedAt: end })) ?? 0
        expect(score(last + 1)).toBeGreaterThanOrEqual(score(last) - 1e-9)
      }),
    )
  })
})
