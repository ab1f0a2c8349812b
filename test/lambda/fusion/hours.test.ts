import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newSince } from '../../../lambda/datasets/detections/new-since.ts'
import { countsFromFusion } from '../../../lambda/fusion/counts/hours.ts'
import { hourlyCounts } from '../../../lambda/sophos/detections.ts'
import type { CollectedCounts } from '../../../lambda/tenants/tenant.ts'
import { countDetections } from '../../../local/simulator/detections.ts'
import { makeWorld } from '../../../local/simulator/world.ts'
import { bySeverity, countsOf } from '../tenants.ts'

const hourMs = 3_600_000
const minuteMs = 60_000
const start = Date.UTC(2026, 10, 22, 10)
const world = makeWorld(3, [{ detectionsPerDay: 900 }])
const id = world.tenants[0]?.id ?? ''
const hourOf = (ms: number) => Math.floor(ms / hourMs) * hourMs
const truth = (from: number, to: number) => countDetections(world.detections(id, from, to)).bySeverity

/** The answer to a request at `askedAt`, made by the server at `servedAt`. */
function answer(
  askedAt: number,
  servedAt: number,
  answeredAt: number,
  before: CollectedCounts | undefined,
): CollectedCounts {
  const figures = {
    day: truth(servedAt - 24 * hourMs, servedAt),
    sinceHourBefore: truth(hourOf(askedAt) - hourMs, servedAt),
    sinceHour: truth(hourOf(askedAt), servedAt),
  }
  const counts = countsFromFusion(figures, { askedAt, answeredAt }, before)
  return { ...counts, collectedAt: answeredAt, method: 'fusion' }
}

/** Answers one after the other, at the times given. */
function answers(times: readonly { readonly afterMs: number; readonly waitMs: number }[]): CollectedCounts[] {
  const all: CollectedCounts[] = []
  let now = start
  for (const { afterMs, waitMs } of times) {
    now += afterMs
    all.push(answer(now, now + waitMs, now + waitMs + 100, all.at(-1)))
    now += waitMs + 100
  }
  return all
}

const times = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.integer({ min: 1, max: 40 * minuteMs }), fc.integer({ min: 1, max: 5 * hourMs })),
    waitMs: fc.oneof({ weight: 3, arbitrary: fc.constant(100) }, fc.integer({ min: 0, max: 95_000 })),
  }),
  { minLength: 1, maxLength: 60 },
)

/** So many answers, from 10:07 on. */
const every = (ms: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ afterMs: i === 0 ? 7 * minuteMs - 200 : ms - 200, waitMs: 100 }))

describe("the hours of a tenant's counts by Fusion", () => {
  it('are what was detected in each of them, or unknown: nothing in between', () => {
    fc.assert(
      fc.property(times, some => {
        for (const counts of answers(some)) {
          for (const { startsAt, bySeverity: by, total } of counts.hours) {
            expect(startsAt % hourMs).toBe(0)
            const served = counts.to - 100
            expect(by).toEqual(truth(startsAt, Math.min(startsAt + hourMs, served)))
            expect(total).toBe(sumOf(by))
          }
          expect(counts.hours.length + (counts.hoursUnknown ?? 0)).toBe(24)
          expect(hourlyCounts(counts, ({ total }) => total) === undefined).toBe(counts.hoursUnknown !== 0)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('are complete after 22 hours of answers, and their remark counts them until then', () => {
    const all = answers(every(15 * minuteMs, 24 * 4))
    expect(all[0]?.remark).toMatch(/2 of 24 so far\.$/)
    // 10:07 has two of them, and each hour that begins adds one.
    const first = all.findIndex(({ hoursUnknown }) => hoursUnknown === 0)
    expect(all[first]?.to).toBe(start + 22 * hourMs + 7 * minuteMs)
    expect(all.slice(first).every(({ hoursUnknown, remark }) => hoursUnknown === 0 && !remark)).toBe(true)
  })

  it('lack those that were not asked about in time, until these leave the 24', () => {
    const pause = { afterMs: 3 * hourMs - 200, waitMs: 100 }
    const all = answers([...every(hourMs, 24), pause, ...every(hourMs, 30).slice(1)])
    expect(all[23]?.hoursUnknown).toBe(0)
    // The hour in which the pause began had gone on, and the one after it was never asked about.
    expect(all[24]?.hoursUnknown).toBe(2)
    expect(all.at(-1)?.hoursUnknown).toBe(0)
  })

  it('lack the one at whose end the request was under way: its figures may hold some of the next as well', () => {
    const askedAt = start + hourMs - 1_000
    for (const [answeredAt, known] of [
      [start + hourMs - 1, [start - hourMs, start]],
      [start + hourMs, [start - hourMs]],
    ] as const) {
      const { hours } = answer(askedAt, answeredAt, answeredAt, undefined)
      expect(hours.map(({ startsAt }) => startsAt)).toEqual(known)
    }
  })

  it('are of the 24 before the answer also where the clock was set back', () => {
    const all = answers(every(hourMs, 30))
    const now = start + 20 * hourMs
    const { hours, hoursUnknown } = answer(now, now + 100, now + 200, all.at(-1))
    expect(hours.every(({ startsAt }) => startsAt <= now)).toBe(true)
    expect(hours.length + (hoursUnknown ?? 0)).toBe(24)
  })

  it('are none of those that another way gave', () => {
    const before = countsOf(bySeverity(5), start)
    expect(answer(start + minuteMs, start + minuteMs, start + minuteMs, before).hours).toHaveLength(2)
  })
})

describe('what is new between two answers by Fusion', () => {
  it('is what arrived in between', () => {
    fc.assert(
      fc.property(times, some => {
        const all = answers(some)
        for (const [i, now] of all.entries()) {
          const before = all[i - 1]
          const news = newSince(before, now)
          if (!news || !before) continue
          expect(news.since).toBe(before.to)
          expect(news.bySeverity).toEqual(truth(before.to - 100, now.to - 100))
        }
      }),
      { numRuns: 25 },
    )
  })

  it('is known where answers come at least once an hour, and is never the change from another way', () => {
    const [first, second, third] = answers([1, 2, 3].map(() => ({ afterMs: 40 * minuteMs, waitMs: 100 })))
    if (!first || !second || !third) throw new Error('Three answers.')
    expect(newSince(first, second)).toBeDefined()
    expect(newSince(second, third)).toBeDefined()
    expect(newSince(countsOf(bySeverity(0), first.to), second)).toBeUndefined()
    expect(newSince(first, countsOf(bySeverity(9), second.to))).toBeUndefined()
  })
})

const sumOf = (by: Record<string, number> | undefined) =>
  Object.values(by ?? {}).reduce((sum, count) => sum + count, 0)
