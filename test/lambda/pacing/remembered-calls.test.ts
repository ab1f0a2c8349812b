import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../../lambda/pacing/budget.ts'
import { packCalls, unpackCalls } from '../../../lambda/pacing/remembered-calls.ts'
import { parseRateWindows } from '../../../lambda/pacing/windows.ts'

const now = Date.UTC(2026, 10, 22, 10)
const windows = parseRateWindows('10/s 100/m 1000/h 200000/d')
const ends = fc.array(fc.integer({ min: now - 90_000_000, max: now }), { maxLength: 300 })

describe('remembered calls', () => {
  it('lose no call and never make a window look emptier than it is', () => {
    fc.assert(
      fc.property(ends, fc.integer({ min: 0, max: 4_000_000 }), (calls, later) => {
        const unpacked = unpackCalls(packCalls(calls, now), now) ?? []
        expect(unpacked.length).toBeGreaterThanOrEqual(calls.filter(end => end > now - 86_400_000).length)
        const exact = new Budget(windows, calls, now + later)
        const remembered = new Budget(windows, unpacked, now + later)
        for (const window of windows) {
          expect(remembered.left(window, now + later)).toBeLessThanOrEqual(exact.left(window, now + later))
        }
      }),
    )
  })

  it('are exact to the millisecond within the last minute', () => {
    expect(packCalls([now - 59_999, now - 1, now - 1], now)).toEqual([
      [now - 59_999, 1],
      [now - 1, 2],
    ])
  })

  it('stay small: of a day at the limit, an hour is kept to two seconds and the rest to the minute', () => {
    const day = Array.from({ length: 140_000 }, (_, i) => now - 60_000 - i * 617)
    expect(packCalls(day, now).length).toBeLessThanOrEqual(1_801 + 1_381)
  })

  it('are late by two seconds at most while a window of an hour still holds them', () => {
    fc.assert(
      fc.property(fc.integer({ min: now - 3_600_000, max: now }), end => {
        const [[kept = 0] = []] = packCalls([end], now)
        expect(kept - end).toBeLessThan(2_000)
      }),
    )
  })
})
