import { describe, expect, it } from 'vitest'
import { detections } from '../../../../lambda/datasets/detections/detections.ts'
import { hourMs } from '../../../../lambda/sophos/detections.ts'
import { at, bySeverity, countsOf, tenantOf } from '../../tenants.ts'

const { weight } = detections

describe('how often a tenant is asked', () => {
  const withHour = (hour: {
    startsAt: number
    total: number
    bySeverity: ReturnType<typeof bySeverity> | undefined
  }) => weight(tenantOf('a', { counts: { ...countsOf(bySeverity(0)), total: hour.total, hours: [hour] } }))
  const calm = Math.sqrt(1.5)
  it.each([
    [
      'a high detection of two hours ago',
      { startsAt: at - 2 * hourMs, total: 1, bySeverity: bySeverity(0, 1) },
      Math.sqrt(3),
    ],
    [
      'a critical one of five hours ago',
      { startsAt: at - 5 * hourMs, total: 1, bySeverity: bySeverity(1) },
      calm,
    ],
    ['severities that are not known', { startsAt: at - hourMs, total: 1, bySeverity: undefined }, calm],
  ])('after %s follows from the square root of its rate', (_, hour, expected) => {
    expect(withHour(hour)).toBeCloseTo(expected, 9)
  })

  it('grows with the square root of the detections of a day', () => {
    const of = (info: number) =>
      weight(tenantOf('a', { counts: countsOf(bySeverity(0, 0, 0, 0, info)) })) ?? 0
    expect(of(400) / of(100)).toBeCloseTo(2, 2)
    expect(of(0)).toBeGreaterThan(0)
  })

  it('is not known before the first answer, and so that of the average tenant', () => {
    expect(weight(tenantOf('a'))).toBeUndefined()
  })
})
