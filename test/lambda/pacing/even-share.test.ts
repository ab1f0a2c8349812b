import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callsEachRun, evenShare, msEachCall } from '../../../lambda/pacing/even-share.ts'
import { parseRateWindows, type RateWindow } from '../../../lambda/pacing/windows.ts'

const minute = 60_000
const defaults = parseRateWindows('10/s 100/m 1000/h 200000/d')

/** Runs at each interval, each of which makes at once the calls that it wants and may. Returns how many each made. */
function runs(windows: readonly RateWindow[], intervalMs: number, wanted: readonly number[]): number[] {
  const ends: number[] = []
  return wanted.map((wants, n) => {
    const now = n * intervalMs
    const made = Math.min(wants, evenShare(windows, ends, now, intervalMs))
    ends.push(...new Array<number>(made).fill(now))
    return made
  })
}

describe('the even share of a run', () => {
  it.each([
    ['10/s 100/m 1000/h 200000/d', 15, 250],
    ['10/s 100/m 1000/h 200000/d', 5, 83],
    ['1000/h', 25, 333],
    ['1000/h', 60, Number.POSITIVE_INFINITY],
    ['1000/h 9600/d', 60, 400],
    ['10/s 100/m', 15, Number.POSITIVE_INFINITY],
  ])('of %s, with a run every %i minutes, is %d calls', (limits, minutes, share) => {
    expect(evenShare(parseRateWindows(limits), [], 0, minutes * minute)).toBe(share)
  })

  it('lets all runs make as many calls, for ever', () => {
    expect(new Set(runs(defaults, 15 * minute, new Array(200).fill(9_999)))).toEqual(new Set([250]))
  })

  it.each([
    ['spent all at once', [1_000]],
    ['spent more than their shares', [300, 300, 400]],
    ['made none for a while', [250, 0, 0]],
  ])('after runs that %s is soon the same for all again, and no call is lost', (_, before) => {
    const ends = before.flatMap((calls, n) => new Array<number>(calls).fill(n * 15 * minute))
    const made: number[] = []
    for (let n = before.length; n < 40; n++) {
      const share = evenShare(defaults, ends, n * 15 * minute, 15 * minute)
      made.push(share)
      ends.push(...new Array<number>(share).fill(n * 15 * minute))
    }
    expect(made.slice(4)).toEqual(new Array(made.length - 4).fill(250))
  })

  it('never leads over a window, whatever the runs want', () => {
    const limit = fc.integer({ min: 1, max: 300 })
    const periods = fc.integer({ min: 1, max: 12 })
    fc.assert(
      fc.property(
        limit,
        periods,
        fc.array(fc.nat({ max: 400 }), { minLength: 30, maxLength: 60 }),
        (most, k, wanted) => {
          const window = { text: '', limit: most, periodMs: k * 15 * minute }
          const made = runs([window], 15 * minute, wanted)
          if (k === 1) return
          const inWindow = (n: number) =>
            made.slice(Math.max(0, n - k + 1), n + 1).reduce((sum, calls) => sum + calls, 0)
          for (const [n] of made.entries()) expect(inWindow(n)).toBeLessThanOrEqual(most)
          // Where there was more to ask than the window holds, it is used, but for what the rounding of each run loses.
          const greedy = runs([window], 15 * minute, new Array(3 * k).fill(9_999))
          expect(greedy.slice(-k).reduce((sum, calls) => sum + calls, 0)).toBeGreaterThanOrEqual(most - k)
        },
      ),
    )
  })

  it('is what the planner and the cycle count on', () => {
    const [second, minuteWindow, hour] = defaults
    expect([second, minuteWindow, hour].map(w => w && callsEachRun(w, 15 * minute))).toEqual([
      8_210, 1_400, 250,
    ])
    // Of an hour's window a daily run uses one hour's worth, and of a window of five minutes a run uses one.
    expect(parseRateWindows('1000/h 50/5m').map(w => callsEachRun(w, 24 * 60 * minute))).toEqual([1_000, 50])
    expect(msEachCall(defaults, 15 * minute)).toBe(3_600)
    expect(msEachCall(defaults, 25 * minute)).toBeCloseTo(4_500, 6)
  })
})
