import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newSince } from '../../../../lambda/datasets/detections/new-since.ts'
import { readCounts } from '../../../../lambda/sophos/counts.ts'
import { type BySeverity, hourMs, severities } from '../../../../lambda/sophos/detections.ts'
import type { CollectedCounts } from '../../../../lambda/tenants/tenant.ts'
import { bySeverity } from '../../tenants.ts'

const dayMs = 24 * hourMs
/** On no hour. */
const begin = Date.UTC(2026, 10, 20, 7, 13)

type Severity = keyof BySeverity
/** What happened, and when Sophos knew of it. Milliseconds since the epoch. */
type Detection = { readonly time: number; readonly arrivedAt: number; readonly severity: Severity }
type Cut = { readonly aligned: boolean; readonly empty: boolean }

const asDocumented: Cut = { aligned: true, empty: true }
const hourOf = (time: number) => Math.floor(time / hourMs) * hourMs

/** What is known at `to` of the 24 hours before. */
const visible = (stream: readonly Detection[], to: number) =>
  stream.filter(({ time, arrivedAt }) => arrivedAt < to && time < to && time >= to - dayMs)

/** The answer of the API at `to`, as the product reads it: hours cut at hour starts, the first and the last only in part. */
function answerAt(stream: readonly Detection[], to: number, cut = asDocumented): CollectedCounts {
  const origin = cut.aligned ? hourOf(to - dayMs) : to - dayMs
  const starts = Array.from({ length: Math.ceil((to - origin) / hourMs) }, (_, i) => origin + i * hourMs)
  const buckets = starts.map(startsAt => {
    const inHour = visible(stream, to).filter(({ time }) => time >= startsAt && time < startsAt + hourMs)
    return {
      startsAt: new Date(startsAt).toISOString(),
      totalCount: inHour.length,
      countBySeverity: count(inHour),
    }
  })
  const body = {
    to: new Date(to).toISOString(),
    resolution: 'hour',
    resolutionDetectionCounts: cut.empty ? buckets : buckets.filter(({ totalCount }) => totalCount > 0),
  }
  return { ...readCounts(body, 'tenant', to), collectedAt: to + 200, method: 'counts' }
}

function count(detections: readonly Detection[]): BySeverity {
  const by = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  for (const { severity } of detections) by[severity] += 1
  return by
}

const minus = (a: BySeverity, b: BySeverity): BySeverity => ({
  critical: a.critical - b.critical,
  high: a.high - b.high,
  medium: a.medium - b.medium,
  low: a.low - b.low,
  info: a.info - b.info,
})

const sum = (by: BySeverity) => by.critical + by.high + by.medium + by.low + by.info

const minutes = (min: number, max: number) => fc.integer({ min: min * 60_000, max: max * 60_000 })
const aroundTheClock = fc.oneof(
  minutes(0, 72 * 60),
  fc.tuple(fc.nat(2), minutes(0, 90)).map(([day, offset]) => day * dayMs + offset),
)
/** Over three days, crowded at the same time of each, where hours roll out; some are late by up to a day and a half. */
const streams = fc.array(
  fc
    .record({
      offset: aroundTheClock,
      late: fc.oneof(fc.constant(0), minutes(0, 90), minutes(0, 36 * 60)),
      severity: fc.constantFrom(...severities),
    })
    .map(({ offset, late, severity }): Detection => {
      const time = begin + offset
      return { time, arrivedAt: time + late, severity }
    }),
  { maxLength: 60 },
)
const moments = fc.oneof(
  aroundTheClock.map(offset => Math.max(offset, 60_000)),
  fc.integer({ min: 24, max: 72 }).map(hours => hours * hourMs),
)
const cuts = fc.boolean().map((empty): Cut => ({ aligned: true, empty }))

/** The moments at which a tenant is asked, in order. */
const runs = (count: number) =>
  fc
    .uniqueArray(moments, { minLength: 2, maxLength: count })
    .map(offsets => offsets.map(offset => begin + offset).sort((a, b) => a - b))

describe('what is new since the answer before', () => {
  it('is what arrived in between and is still there, less only what rolled out of the oldest, cut hour', () => {
    fc.assert(
      fc.property(streams, runs(2), cuts, (stream, [before = 0, now = 0], cut) => {
        const arrived = visible(stream, now).filter(({ arrivedAt }) => arrivedAt >= before)
        const oldest = hourOf(now - dayMs)
        const inOldest = count(arrived.filter(({ time }) => time < oldest + hourMs))
        const rolledOut = count(
          visible(stream, before).filter(({ time }) => time >= oldest && time < now - dayMs),
        )
        const disjoint = before <= now - dayMs || visible(stream, before).length === 0

        const news = newSince(answerAt(stream, before, cut), answerAt(stream, now, cut))
        const missing = minus(count(arrived), news?.bySeverity ?? bySeverity(-1))
        for (const severity of severities) {
          expect(missing[severity]).toBe(disjoint ? 0 : Math.min(inOldest[severity], rolledOut[severity]))
        }
        expect(news?.total).toBe(arrived.length - sum(missing))
        expect(news?.since).toBe(Math.max(before, now - dayMs))
      }),
      { numRuns: 1_000 },
    )
  })

  it('is exact where nothing arrives later than 22 hours and a run comes at least every hour', () => {
    const punctual = streams.map(stream =>
      stream.filter(({ time, arrivedAt }) => arrivedAt - time < 22 * hourMs),
    )
    fc.assert(
      fc.property(punctual, moments, minutes(1, 60), cuts, (stream, offset, gap, cut) => {
        const [before, now] = [begin + offset, begin + offset + gap]
        const arrived = visible(stream, now).filter(({ arrivedAt }) => arrivedAt >= before)
        expect(newSince(answerAt(stream, before, cut), answerAt(stream, now, cut))).toEqual({
          since: before,
          total: arrived.length,
          bySeverity: count(arrived),
        })
      }),
      { numRuns: 1_000 },
    )
  })

  it('counts nothing twice over many runs', () => {
    fc.assert(
      fc.property(streams, runs(40), cuts, (stream, times, cut) => {
        const answers = times.map(time => answerAt(stream, time, cut))
        const news = answers.slice(1).map((answer, i) => newSince(answers[i], answer)?.total ?? Number.NaN)
        const [first = 0, last = 0] = [times[0], times.at(-1)]
        const arrived = stream.filter(({ arrivedAt }) => arrivedAt >= first && arrivedAt < last)
        for (const total of news) expect(total).toBeGreaterThanOrEqual(0)
        expect(news.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(arrived.length)
      }),
    )
  })

  it('is unknown, or true all the same, where the hours are cut where the 24 hours begin', () => {
    const cut = { aligned: false, empty: true }
    fc.assert(
      fc.property(streams, runs(2), (stream, [before = 0, now = 0]) => {
        const arrived = visible(stream, now).filter(({ arrivedAt }) => arrivedAt >= before)
        const news = newSince(answerAt(stream, before, cut), answerAt(stream, now, cut))
        if (news) expect(news.bySeverity).toEqual(count(arrived))
        else expect((now - before) % hourMs).not.toBe(0)
      }),
    )
  })
})

const at = Date.UTC(2026, 10, 22, 10, 15)
const inHours = (
  ...hours: readonly (readonly [hoursAgo: number, by: BySeverity | undefined, total?: number])[]
) =>
  hours.map(([hoursAgo, by, total = by ? sum(by) : 0]) => ({
    startsAt: hourOf(at) - hoursAgo * hourMs,
    total,
    bySeverity: by,
  }))
function answerOf(
  to: number,
  hours: CollectedCounts['hours'],
  more: Partial<CollectedCounts> = {},
): CollectedCounts {
  const total = hours.reduce((all, hour) => all + hour.total, 0)
  return {
    hours,
    total,
    bySeverity: undefined,
    to,
    remark: undefined,
    collectedAt: to,
    method: 'counts',
    ...more,
  }
}

describe('what is new between two answers', () => {
  const before = answerOf(at - 900_000, inHours([2, bySeverity(1, 2)], [1, bySeverity(0, 1)]))

  it('is nothing where nothing changed: zero, and not unknown', () => {
    expect(newSince(before, { ...before, to: at })).toEqual({
      since: at - 900_000,
      total: 0,
      bySeverity: bySeverity(0),
    })
  })

  it('does not lose a new one to an old one that was withdrawn in another hour', () => {
    const now = answerOf(at, inHours([2, bySeverity(0, 2)], [1, bySeverity(1, 1)]))
    expect(newSince(before, now)).toMatchObject({ total: 1, bySeverity: bySeverity(1) })
  })

  it('does not lose a new one in the total to an old one of another severity', () => {
    const now = answerOf(at, inHours([2, bySeverity(2, 1)], [1, bySeverity(0, 1)]))
    expect(newSince(before, now)).toMatchObject({ total: 1, bySeverity: bySeverity(1) })
  })

  it('is known once the hour with unknown severities has rolled out', () => {
    const earlier = answerOf(at - 3 * hourMs, inHours([26, undefined, 5], [4, bySeverity(1)]))
    expect(newSince(earlier, answerOf(at, inHours([4, bySeverity(1)], [1, bySeverity(0, 1)])))).toEqual({
      since: at - 3 * hourMs,
      total: 1,
      bySeverity: bySeverity(0, 1),
    })
  })

  it('is all of the latest 24 hours, and says so, where the answer before is older than they are', () => {
    const earlier = answerOf(at - dayMs - 300_000, inHours([25, bySeverity(7)], [24, bySeverity(2)]))
    const now = answerOf(at, inHours([24, bySeverity(1)]), { bySeverity: bySeverity(1) })
    expect(newSince(earlier, now)).toEqual({ since: at - dayMs, total: 1, bySeverity: bySeverity(1) })
  })

  it('is all of the latest answer where the one before had nothing, though only totals are had', () => {
    const method = 'fusion' as const
    const nothing = answerOf(at - 900_000, [], { method })
    const now = answerOf(at, [], { method, total: 3, bySeverity: bySeverity(1, 2) })
    expect(newSince(nothing, now)).toEqual({ since: at - 900_000, total: 3, bySeverity: bySeverity(1, 2) })
  })

  it.each<[string, CollectedCounts | undefined, CollectedCounts]>([
    ['there is no answer before', undefined, before],
    ['the answer before came by another method', { ...before, method: 'query' }, { ...before, to: at }],
    ['the answer before is the later one', { ...before, to: at + 1 }, { ...before, to: at }],
    [
      'the hours are cut at other minutes',
      before,
      answerOf(
        at,
        before.hours.map(hour => ({ ...hour, startsAt: hour.startsAt + 900_000 })),
      ),
    ],
    [
      'Sophos left out the severities of an hour',
      before,
      answerOf(at, inHours([2, undefined, 5], [1, bySeverity(0, 1)])),
    ],
    [
      'Sophos had left out the severities of an hour that is still there',
      answerOf(at - 900_000, inHours([2, undefined, 5], [1, bySeverity(0, 1)])),
      answerOf(at, inHours([2, bySeverity(3, 3)])),
    ],
    [
      'Sophos left out the severities of the latest 24 hours, none of which the answer before reached',
      { ...before, to: at - 2 * dayMs },
      answerOf(at, inHours([2, undefined, 5])),
    ],
    ['an hour is there twice', before, answerOf(at, [...before.hours, ...before.hours])],
    ['there are no hours', before, answerOf(at, [], { total: 4, bySeverity: bySeverity(1, 3) })],
    ['there were no hours before', answerOf(at - 900_000, [], { total: 4 }), { ...before, to: at }],
  ])('is unknown where %s', (_, earlier, now) => {
    expect(newSince(earlier, now)).toBeUndefined()
  })
})
