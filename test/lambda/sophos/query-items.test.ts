import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hourlyCounts, hourMs, sumSeverities } from '../../../lambda/sophos/detections.ts'
import { UnexpectedAnswerError } from '../../../lambda/sophos/errors.ts'
import { countItems, severityName } from '../../../lambda/sophos/query-items.ts'

const to = Date.UTC(2026, 10, 22, 10, 20)
const ago = (ms: number, severity: unknown = 5) => ({ time: to - ms, severity })

describe('severity numbers', () => {
  it.each([
    [0, 'info'],
    [1, 'low'],
    [3, 'low'],
    [4, 'medium'],
    [6, 'medium'],
    [7, 'high'],
    [8, 'high'],
    [9, 'critical'],
    [10, 'critical'],
    [-1, undefined],
    [11, undefined],
    [2.5, undefined],
    [Number.NaN, undefined],
    ['7', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%s is %s', (level, name) => {
    expect(severityName(level)).toBe(name)
  })
})

describe('the results of a query', () => {
  it('are counted by severity and by the hour', () => {
    const counts = countItems([ago(1_000, 9), ago(30 * 60_000, 0), ago(5 * hourMs, 7)], to, 3)
    expect(counts).toMatchObject({ total: 3, to, remark: undefined })
    expect(counts.bySeverity).toEqual({ critical: 1, high: 1, medium: 0, low: 0, info: 1 })
    expect(counts.hours.map(({ startsAt, total }) => [new Date(startsAt).toISOString(), total])).toEqual([
      ['2026-11-22T05:00:00.000Z', 1],
      ['2026-11-22T09:00:00.000Z', 1],
      ['2026-11-22T10:00:00.000Z', 1],
    ])
  })

  it('always have severities and 24 hours that add up to the total, and hours in order', () => {
    const item = fc.record({
      time: fc.integer({ min: to - 24 * hourMs, max: to }),
      severity: fc.integer({ min: 0, max: 10 }),
    })
    fc.assert(
      fc.property(fc.array(item, { maxLength: 200 }), items => {
        const counts = countItems(items, to, items.length)
        expect(counts.total).toBe(items.length)
        expect(counts.bySeverity && sumSeverities(counts.bySeverity)).toBe(items.length)
        expect(hourlyCounts(counts, hour => hour.total)?.reduce((sum, n) => sum + n, 0)).toBe(items.length)
        const starts = counts.hours.map(({ startsAt }) => startsAt)
        expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b))
        expect(starts.every(start => start % hourMs === 0)).toBe(true)
      }),
    )
  })

  it('leave the severities unknown if one number is unknown, and say how many are', () => {
    const counts = countItems([ago(1_000, 9), ago(2_000, 12), ago(5 * hourMs, 3)], to, 3)
    expect(counts.total).toBe(3)
    expect(counts.bySeverity).toBeUndefined()
    expect(counts.hours.map(({ bySeverity }) => bySeverity?.low)).toEqual([1, undefined])
    expect(counts.remark).toBe('Sophos gave 1 of 3 detections an unknown severity.')
  })

  it('are refused if there are fewer than announced, and get a remark if there are more', () => {
    expect(() => countItems([ago(1)], to, 2)).toThrow(/found 2 detections and gave 1 of them/)
    expect(() => countItems([], to, 1)).toThrow(UnexpectedAnswerError)
    expect(countItems([ago(1), ago(2)], to, 1)).toMatchObject({
      total: 2,
      remark: "Sophos' detection query announced 1 detections and gave 2.",
    })
    expect(countItems([ago(1)], to, undefined)).toMatchObject({ total: 1, remark: undefined })
  })

  it('count a detection once, and are refused if it took the place of another', () => {
    const [one, two] = [ago(1), ago(2)].map((item, n) => ({ ...item, id: `d${n}` }))
    if (!one || !two) throw new Error('There are two.')
    expect(countItems([one, two, one], to, 2)).toMatchObject({ total: 2, remark: undefined })
    expect(() => countItems([one, two, one], to, 3)).toThrow(
      "Sophos' detection query found 3 detections and gave 2 of them, some of them more than once.",
    )
    expect(() => countItems([one, one], to, undefined)).toThrow(/gave 1 of them, some of them more than once/)
    // Without an id nothing is known to be the same.
    expect(countItems([ago(1), ago(1)], to, 2).total).toBe(2)
  })

  it('have a remark if some are not from the 24 hours, as where Sophos rounds them to full ones', () => {
    expect(countItems([ago(1), ago(24.5 * hourMs)], to, 2)).toMatchObject({
      total: 2,
      remark: '1 of the 2 detections are not from the 24 hours that were asked for.',
    })
  })

  it.each([
    ['30 days ago', 720 * hourMs],
    ['tomorrow', -24 * hourMs],
  ])('are refused if one is from %s', (_, ms) => {
    expect(() => countItems([ago(1), ago(ms)], to, 2)).toThrow(/last 24 hours and answered with one of/)
  })
})
