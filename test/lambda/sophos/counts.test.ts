import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCounts } from '../../../lambda/sophos/counts.ts'
import { hourlyCounts, hourMs, timeOf } from '../../../lambda/sophos/detections.ts'
import { UnexpectedAnswerError } from '../../../lambda/sophos/errors.ts'

const tenantId = '11111111-2222-4333-8444-555555555555'
const to = Date.UTC(2026, 10, 22, 10, 20)
const iso = (ms: number) => new Date(ms).toISOString()

type Bucket = { startsAt: string; totalCount: number; countBySeverity?: Record<string, number> | null }
const answer = (buckets: Bucket[], more: object = {}) => ({
  from: iso(to - 24 * hourMs),
  to: iso(to),
  tenant: { id: tenantId },
  resolution: 'hour',
  resolutionDetectionCounts: buckets,
  ...more,
})
const bucket = (hoursAgo: number, by: Record<string, number>, total?: number): Bucket => ({
  startsAt: iso(Math.floor(to / hourMs) * hourMs - hoursAgo * hourMs),
  totalCount: total ?? Object.values(by).reduce((sum, n) => sum + n, 0),
  countBySeverity: by,
})
const all = (critical: number, high: number, medium: number, low: number, info: number) => ({
  critical,
  high,
  medium,
  low,
  info,
})
const read = (body: unknown) => readCounts(body, tenantId, to)

describe('counts', () => {
  it('add up the buckets by severity', () => {
    const counts = read(answer([bucket(3, all(1, 0, 2, 0, 5)), bucket(0, all(0, 4, 0, 1, 0))]))
    expect(counts).toMatchObject({ total: 13, bySeverity: all(1, 4, 2, 1, 5), remark: undefined })
  })

  it('are zero if there is no bucket', () => {
    expect(read(answer([]))).toMatchObject({ total: 0, bySeverity: all(0, 0, 0, 0, 0) })
  })

  it('leave severities unknown, not zero, if Sophos does not report them', () => {
    const unreported = { startsAt: iso(to - hourMs), totalCount: 7 }
    const counts = read(answer([bucket(2, all(1, 0, 0, 0, 0)), unreported]))
    expect(counts.total).toBe(8)
    expect(counts.bySeverity).toBeUndefined()
    expect(counts.remark).toBe('Sophos did not report the severities of 7 of 8 detections.')
  })

  it.each([
    ['no countBySeverity in a bucket of zero', [{ startsAt: iso(to), totalCount: 0 }], all(0, 0, 0, 0, 0)],
    ['null instead of severities', [{ startsAt: iso(to), totalCount: 2, countBySeverity: null }], undefined],
    ['some severities that add up', [bucket(0, { high: 2 })], all(0, 2, 0, 0, 0)],
    ['some severities that do not add up', [bucket(0, { high: 2 }, 3)], undefined],
  ])('with %s', (_, buckets, expected) => {
    expect(read(answer(buckets)).bySeverity).toEqual(expected)
  })

  it('have a remark if all severities are there and do not add up to the total', () => {
    const counts = read(answer([bucket(0, { ...all(1, 1, 1, 1, 1), another: 3 }, 8)]))
    expect(counts.bySeverity).toEqual(all(1, 1, 1, 1, 1))
    expect(counts.remark).toBe("Sophos' severities add up to 5, but its total is 8.")
  })

  it.each([
    ['is not an object', 'ok', /the whole answer should be/],
    ['lacks the buckets', { resolution: 'hour' }, /resolutionDetectionCounts/],
    ['has a bucket without a total', answer([{ startsAt: iso(to) } as Bucket]), /totalCount/],
    ['has a negative count', answer([bucket(0, {}, -1)]), /totalCount/],
    ['has a broken count', answer([bucket(0, {}, 1.5)]), /totalCount/],
    ['has a bucket without a time', answer([{ startsAt: 'noon', totalCount: 1 }]), /startsAt/],
    ['is by the day', answer([], { resolution: 'day' }), /by the hour and answered by "day"/],
    ['is about another tenant', answer([], { tenant: { id: tenantId.replace('1', '9') } }), /another tenant/],
    ['reaches back 30 days', answer([{ startsAt: iso(to - 720 * hourMs), totalCount: 1 }]), /last 24 hours/],
  ])('are refused if the answer %s', (_, body, message) => {
    expect(() => read(body)).toThrow(UnexpectedAnswerError)
    expect(() => read(body)).toThrow(message)
  })

  it('of another time have a remark, and their own time if it is earlier', () => {
    const old = read(answer([], { to: iso(to - 120 * hourMs) }))
    expect(old.remark).toBe(
      'Sophos was asked for the last 24 hours and answered for the 24 hours before 2026-11-17T10:20:00.000Z.',
    )
    expect(timeOf(old, to)).toBe(to - 120 * hourMs)
    const future = read(answer([], { to: iso(to + 2 * hourMs) }))
    expect(future.remark).toMatch(/answered for the 24 hours before 2026-11-22T12:20/)
    expect(timeOf(future, to)).toBe(to)
    expect(timeOf(read(answer([], { to: iso(to - hourMs) })), to)).toBe(to)
  })

  it('always have 24 hours that add up to the total, however Sophos splits them', () => {
    const buckets = fc.array(
      fc.record({
        ago: fc.integer({ min: 0, max: 24 * hourMs + 20 * 60_000 }),
        count: fc.integer({ min: 0, max: 99 }),
      }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(buckets, list => {
        const counts = read(
          answer(list.map(({ ago, count }) => ({ startsAt: iso(to - ago), totalCount: count }))),
        )
        const hourly = hourlyCounts(counts, hour => hour.total) ?? []
        expect(hourly).toHaveLength(24)
        expect(hourly.reduce((sum, n) => sum + n, 0)).toBe(counts.total)
      }),
    )
  })

  it('put each hour in its place, oldest first', () => {
    const aligned = Array.from({ length: 25 }, (_, i) => bucket(24 - i, { low: i + 1 }))
    expect(hourlyCounts(read(answer(aligned)), hour => hour.total)).toEqual([
      3,
      ...Array.from({ length: 23 }, (_, i) => i + 3),
    ])
    const rolling = Array.from({ length: 24 }, (_, i) => ({
      startsAt: iso(to - (24 - i) * hourMs),
      totalCount: i + 1,
    }))
    expect(hourlyCounts(read(answer(rolling)), hour => hour.total)).toEqual(
      Array.from({ length: 24 }, (_, i) => i + 1),
    )
  })
})
