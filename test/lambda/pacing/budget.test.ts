import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../../lambda/pacing/budget.ts'
import { parseRateWindows, type RateWindow } from '../../../lambda/pacing/windows.ts'

const windows = parseRateWindows('3/s 10/10s 40/2m')

/** The most calls in any window of the given length, if the server counts them at `times`. */
function mostIn(periodMs: number, times: number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  return Math.max(
    0,
    ...sorted.map((end, i) => sorted.slice(0, i + 1).filter(time => time > end - periodMs).length),
  )
}

/** Sends calls as early as the budget allows, each with its latency. Returns when each was sent and answered. */
function simulate(
  limits: RateWindow[],
  latencies: number[],
  earlier: number[] = [],
  share = 1,
): { sent: number; ended: number }[] {
  const budget = new Budget(limits, earlier, 0)
  const calls: { sent: number; ended: number }[] = []
  let now = 0
  const answerUntil = (moment: number) => {
    const due = calls.filter(({ ended }) => ended > now && ended <= moment).sort((a, b) => a.ended - b.ended)
    for (const { ended } of due) budget.end(ended)
    now = moment
  }
  for (const latency of latencies) {
    while (budget.earliest(share) > now) {
      const nextAnswer = Math.min(...calls.map(({ ended }) => ended).filter(ended => ended > now))
      answerUntil(Math.min(budget.earliest(share), nextAnswer))
    }
    budget.send()
    calls.push({ sent: now, ended: now + latency })
  }
  return calls
}

const latencies = fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1, maxLength: 90 })

describe('the budget', () => {
  it('never exceeds a window of the server, wherever between sending and answer the server counts', () => {
    fc.assert(
      fc.property(
        latencies,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 90, maxLength: 90 }),
        (ms, where) => {
          const counted = simulate(windows, ms).map(
            ({ sent, ended }, i) => sent + (ended - sent) * (where[i] ?? 0),
          )
          for (const { limit, periodMs } of windows)
            expect(mostIn(periodMs, counted)).toBeLessThanOrEqual(limit)
        },
      ),
    )
  })

  it('wastes nothing: any earlier, a window would have been full', () => {
    fc.assert(
      fc.property(latencies, ms => {
        const calls = simulate(windows, ms)
        for (const [i, { sent }] of calls.entries()) {
          if (sent === 0) continue
          const occupied = (window: RateWindow, at: number) =>
            calls.slice(0, i).filter(call => call.sent <= at && call.ended + window.periodMs > at).length
          expect(windows.some(window => occupied(window, sent - 1) >= window.limit)).toBe(true)
        }
      }),
    )
  })

  it('keeps to the scaled windows at a lower pace, with at least one call a window', () => {
    fc.assert(
      fc.property(latencies, fc.integer({ min: 1, max: 16 }), (ms, sixteenths) => {
        const share = sixteenths / 16
        const sent = simulate(windows, ms.slice(0, 30), [], share).map(call => call.sent)
        for (const { limit, periodMs } of windows)
          expect(mostIn(periodMs, sent)).toBeLessThanOrEqual(Math.max(1, Math.floor(limit * share)))
      }),
    )
  })

  it('promises no more calls until a moment than each window has room for by then', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -130_000, max: 0 }), { maxLength: 60 }),
        fc.integer({ min: 0, max: 400_000 }),
        (earlier, until) => {
          const promised = new Budget(windows, earlier, 0).leftUntil(until, 0)
          for (const window of windows) {
            const budget = new Budget([window], earlier, 0)
            let now = 0
            for (let n = 0; n < promised; n++) {
              now = Math.max(now, budget.earliest())
              budget.send()
              budget.end(now)
            }
            expect(now).toBeLessThanOrEqual(until)
          }
        },
      ),
    )
  })

  it('counts the calls of earlier runs', () => {
    const earlier = Array.from({ length: 40 }, (_, i) => -1_000 - i)
    expect(simulate(windows, [1], earlier)[0]?.sent).toBe(120_000 - 1_039)
  })

  it('counts earlier calls with a time in the future as made now', () => {
    const budget = new Budget(parseRateWindows('1/m'), [86_400_000 * 365], 5_000)
    expect(budget.earliest()).toBe(65_000)
  })

  it('stays on the safe side when the clock is set back', () => {
    const budget = new Budget(parseRateWindows('1/m'), [], 0)
    budget.send()
    budget.end(100_000)
    budget.send()
    budget.end(10_000)
    expect(budget.earliest()).toBe(160_000)
  })

  it('returns Infinity while a window is full of calls in flight', () => {
    const budget = new Budget(parseRateWindows('2/s'), [], 0)
    budget.send()
    budget.send()
    expect(budget.earliest()).toBe(Number.POSITIVE_INFINITY)
    budget.end(700)
    expect(budget.earliest()).toBe(1_700)
  })

  it('returns how many calls are left and which window is the tightest', () => {
    const limits = parseRateWindows('10/s 20/m')
    const budget = new Budget(limits, [], 0)
    for (let i = 0; i < 20; i++) {
      budget.send()
      budget.end(i * 200)
    }
    expect(limits.map(window => budget.left(window, 4_300))).toEqual([7, 0])
    expect(budget.tightest()?.text).toBe('20/m')
  })

  it('forgets calls that have left every window, and no others', () => {
    const budget = new Budget(parseRateWindows('5000/m'), [], 0)
    for (let i = 0; i < 5_000; i++) {
      budget.send()
      budget.end(i * 100)
    }
    const remembered = budget.remembered(500_000)
    expect(remembered[0]).toBe(440_100)
    expect(remembered).toHaveLength(599)
  })
})
