import { describe, expect, it } from 'vitest'
import { detections } from '../../../../lambda/datasets/detections/detections.ts'
import { hourMs } from '../../../../lambda/sophos/detections.ts'
import { at, bySeverity, countsOf, tenantOf } from '../../tenants.ts'

const { weight } = detections

describe('how often a tenant is asked', () => {
  it.each([
    [
      'a high detection of two hours ago',
      { startsAt: at - 2 * hourMs, total: 1, bySeverity: bySeverity(0, 1) },
      2,
    ],
    [
      'a critical one of five hours ago',
      { startsAt: at - 5 * hourMs, total: 1, bySeverity: bySeverity(1) },
      1,
    ],
    ['severities that are not known', { startsAt: at - hourMs, total: 1, bySeverity: undefined }, 1],
  ])('after %s weighs as it should', (_, hour, expected) => {
    expect(weight(tenantOf('a', { counts: { ...countsOf(bySeverity(0)), hours: [hour] } }))).toBe(expected)
  })

  it('asks half as often who refuses anyway', () => {
    expect([
      weight(tenantOf('a', { status: 'forbidden' })),
      weight(tenantOf('a', { status: 'not_found' })),
    ]).toEqual([0.5, 0.5])
  })
})
