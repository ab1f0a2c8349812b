import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCounts } from '../../../lambda/sophos/counts.ts'
import { hourlyCounts, hourMs, timeOf } from '../../../lambda/sophos/detections.ts'
import { UnexpectedAnswerError } from '../../../lambda/sophos/errors.ts'

const tenantId = '11111111-2222-4333-8444-555555555555'
const to = Date.UTC(2026, 10, 22, 10, 20)
const iso = (ms: number) => new Date(ms).toISOString()

type Bucket = {
  startsAt: string
  endsAt?: string
  totalCount: number
  countBySeverity?: Record<string, number | null> | null
}
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
const nullIn = (by: Record<string, number>, severity: string, total: number): Bucket => ({
  ...bucket(0, {}, total),
  countBySeverity: { ...by, [severity]: null },
})
const day = (hours: number, every: (n: number) => Partial<Bucket>) =>
  Array.from({ length: hours }, (_, n) => ({ startsAt: iso(to), totalCount: 1, ...every(n) }))
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
    const unreported = { startsAt: bucket(1, {}).startsAt, totalCount: 7 }
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
    ['a null among severities', [nullIn(all(1, 0, 2, 0, 0), 'high', 5)], undefined],
    ['a null among severities that add up', [nullIn(all(1, 0, 2, 0, 0), 'high', 3)], all(1, 0, 2, 0, 0)],
    [
      'something unheard of among them',
      [bucket(0, { ...all(1, 0, 0, 0, 0), urgent: 'x' as never }, 1)],
      all(1, 0, 0, 0, 0),
    ],
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
    const until = (end: number) => ({ from: iso(end - 24 * hourMs), to: iso(end) })
    const old = read(answer([], until(to - 120 * hourMs)))
    expect(old.remark).toBe(
      'Sophos was asked for the last 24 hours and answered for the 24 hours before 2026-11-17T10:20:00.000Z.',
    )
    expect(timeOf(old, to)).toBe(to - 120 * hourMs)
    const future = read(answer([], until(to + 2 * hourMs)))
    expect(future.remark).toMatch(/answered for the 24 hours before 2026-11-22T12:20/)
    expect(timeOf(future, to)).toBe(to)
    expect(timeOf(read(answer([], until(to - hourMs))), to)).toBe(to)
  })

  it('have a remark if single hours do not add up, though the whole does', () => {
    const counts = read(answer([bucket(2, all(1, 0, 0, 0, 0), 2), bucket(1, all(1, 1, 0, 0, 0), 1)]))
    expect(counts).toMatchObject({ total: 3, bySeverity: all(2, 1, 0, 0, 0) })
    expect(counts.remark).toBe("In 2 of 2 hours Sophos' severities do not add up to its total.")
  })

  it('of a few minutes less than 24 hours have a remark', () => {
    const counts = read(answer([bucket(1, all(1, 0, 0, 0, 0))], { from: iso(to - 23.5 * hourMs) }))
    expect(counts.remark).toBe('Sophos was asked for the last 24 hours and answered for 23.5 of them.')
  })

  it.each([
    [
      'a total of 0 beside severities',
      [bucket(3, all(0, 2, 0, 0, 1), 0)],
      {},
      /a total of 0 for the hour from .*, and with 3 detections/,
    ],
    ['a total of 0 beside one severity', [bucket(3, { high: 2 }, 0)], {}, /and with 2 detections/],
    [
      'the same hour twice',
      [bucket(3, all(1, 0, 0, 0, 0)), bucket(3, all(2, 0, 0, 0, 0))],
      {},
      /hour from 2026-11-22T07:00:00.000Z twice/,
    ],
    [
      'one hour',
      [bucket(0, all(1, 0, 0, 0, 0))],
      { from: iso(to - hourMs) },
      /last 24 hours and answered for those from 2026-11-22T09:20/,
    ],
    ['30 days', [], { from: iso(to - 720 * hourMs) }, /answered for those from 2026-10-23/],
    [
      'a time that ends before it begins',
      [],
      { from: iso(to), to: iso(to - 24 * hourMs) },
      /answered for those from/,
    ],
    [
      'minutes, by their ends',
      day(20, n => ({
        startsAt: iso(to - 5 * hourMs + (n * hourMs) / 5),
        endsAt: iso(to - 5 * hourMs + (n * hourMs) / 5 + 60_000),
      })),
      {},
      /by the hour and answered by a part from 2026-11-22T05:20:00.000Z to 2026-11-22T05:21/,
    ],
    [
      'minutes, by their beginnings',
      day(20, n => ({ startsAt: iso(to - n * 60_000) })),
      {},
      /by the hour and answered by parts from 2026-11-22T10:01:00.000Z and from 2026-11-22T10:02/,
    ],
    [
      'a day, by its end',
      [{ startsAt: iso(to - 24 * hourMs), endsAt: iso(to), totalCount: 1 }],
      {},
      /answered by a part from 2026-11-21T10:20/,
    ],
    [
      'an hour that ends before it begins',
      [{ startsAt: iso(to - hourMs), endsAt: iso(to - 2 * hourMs), totalCount: 1 }],
      {},
      /answered by a part/,
    ],
    [
      '26 hours',
      day(26, n => ({ startsAt: iso(to - n * hourMs) })),
      {},
      /should have at most 25 entries, not 26/,
    ],
    [
      'more detections than a number holds',
      [bucket(2, {}, 2 ** 53 - 1), bucket(1, {}, 2 ** 53 - 1)],
      {},
      /too large to add up/,
    ],
    [
      'more of a severity than a number holds',
      [bucket(2, all(2 ** 53 - 1, 1, 0, 0, 0), 1)],
      {},
      /too large to add up/,
    ],
    ['a number that is none', [bucket(2, {}, 1e308)], {}, /a whole number of at most 15 digits/],
    [
      'a time of no calendar',
      [{ startsAt: '+275760-09-13T00:00:00.000Z', totalCount: 1 }],
      {},
      /startsAt should be a time/,
    ],
    ['an end before our era', [], { to: '0001-01-01T00:00:00Z' }, /to should be a time/],
  ])('are refused with %s', (_, buckets, more, message) => {
    expect(() => read(answer(buckets, more))).toThrow(UnexpectedAnswerError)
    expect(() => read(answer(buckets, more))).toThrow(message)
  })

  it('of 200,000 parts are refused before any is read', () => {
    let reads = 0
    const part = Object.defineProperty({ totalCount: 1 }, 'startsAt', {
      get: () => {
        reads += 1
        return iso(to)
      },
    })
    const many = new Array(200_000).fill(part)
    expect(() => read(answer(many))).toThrow(/at most 25 entries, not 200000/)
    expect(reads).toBe(0)
  })

  /** An answer of 24 hours in one of the forms that are possible: no recorded one is public. */
  const shape = fc.record({
    /** Minutes past the hour at which the 24 hours end. */
    minute: fc.integer({ min: 0, max: 59 }),
    cut: fc.constantFrom('full hours', 'full hours, the first at its real begin', 'from the begin'),
    ends: fc.constantFrom('none', 'whole', 'cut', 'a millisecond before', 'null'),
    empty: fc.boolean(),
    severities: fc.constantFrom('all', 'none', 'null'),
    says: fc.constantFrom('all', 'no from', 'full hours', 'nothing'),
    counts: fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 25, maxLength: 25 }),
  })
  type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never

  function answerOf({ minute, cut, ends, empty, severities, says, counts }: Shape) {
    const end = Date.UTC(2026, 10, 22, 10, minute)
    const begin = end - 24 * hourMs
    const origin = cut === 'from the begin' ? begin : Math.floor(begin / hourMs) * hourMs
    const starts = Array.from({ length: Math.ceil((end - origin) / hourMs) }, (_, n) => origin + n * hourMs)
    const endOf = (start: number) =>
      ({
        none: undefined,
        null: null,
        whole: iso(start + hourMs),
        cut: iso(Math.min(end, start + hourMs)),
        'a millisecond before': iso(start + hourMs - 1),
      })[ends]
    const buckets = starts.flatMap((start, n) => {
      const count = counts[n] ?? 0
      if (count === 0 && !empty) return []
      return {
        startsAt: iso(cut.endsWith('real begin') ? Math.max(start, begin) : start),
        ...(ends !== 'none' && { endsAt: endOf(start) }),
        totalCount: count,
        ...(severities === 'all' && { countBySeverity: all(0, 0, 0, 0, count) }),
        ...(severities === 'null' && { countBySeverity: null }),
      }
    })
    const window = {
      all: { from: iso(begin), to: iso(end), resolution: 'hour' },
      'no from': { to: iso(end) },
      'full hours': { from: iso(Math.floor(begin / hourMs) * hourMs), to: iso(end) },
      nothing: {},
    }[says]
    const total = starts.reduce((sum, _, n) => sum + (counts[n] ?? 0), 0)
    return { body: { ...window, resolutionDetectionCounts: buckets.toReversed() }, end, total }
  }

  it('are believed in every form that Sophos may give them, and have 24 hours that add up to the total', () => {
    fc.assert(
      fc.property(shape, given => {
        const { body, end, total } = answerOf(given)
        const counts = readCounts(body, tenantId, end + 300)
        expect(counts.total).toBe(total)
        const hourly = hourlyCounts(counts, hour => hour.total) ?? []
        expect(hourly).toHaveLength(24)
        expect(hourly.reduce((sum, n) => sum + n, 0)).toBe(total)
        const isUnknown = given.severities !== 'all' && total > 0
        expect(counts.remark === undefined).toBe(!isUnknown)
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
