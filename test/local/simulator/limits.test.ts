import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Limit, makeLimiter, parseLimits } from '../../../local/simulator/limits.ts'

describe('rate limits as text', () => {
  it.each([
    ['10/s 100/m 1000/h 200000/d', '10/1000 100/60000 1000/3600000 200000/86400000'],
    ['3/2s', '3/2000'],
    ['7/250ms  1/s', '7/250 1/1000'],
    ['', ''],
  ])('parses "%s"', (text, expected) => {
    const read = parseLimits(text).map(({ limit, periodMs }) => `${limit}/${periodMs}`)
    expect(read.join(' ')).toBe(expected)
  })

  it.each(['10', '10/', '/s', '0/s', '10/0s', '-1/s', '10/y', '1.5/s', '10/s,100/m'])(
    'refuses "%s"',
    text => {
      expect(() => parseLimits(text)).toThrow(`is not a rate limit`)
    },
  )
})

/** Counts the calls in the `periodMs` before `now`, without the older end. */
function inWindow(admitted: readonly number[], now: number, { periodMs }: Limit): number {
  return admitted.filter(time => time > now - periodMs && time <= now).length
}

describe('the rate limiter', () => {
  const limits = fc.array(
    fc.record({ limit: fc.integer({ min: 1, max: 6 }), periodMs: fc.integer({ min: 1, max: 80 }) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  const gaps = fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 120 })

  it('admits a call if and only if all windows have room', () => {
    fc.assert(
      fc.property(limits, gaps, (windows, waits) => {
        const limiter = makeLimiter(windows)
        const admitted: number[] = []
        let now = 0
        for (const wait of waits) {
          now += wait
          const hasRoom = windows.every(window => inWindow(admitted, now, window) < window.limit)
          expect(limiter.admit(now) === undefined).toBe(hasRoom)
          if (hasRoom) admitted.push(now)
        }
      }),
    )
  })

  it('returns the exact wait to the millisecond', () => {
    fc.assert(
      fc.property(limits, gaps, (windows, waits) => {
        const limiter = makeLimiter(windows)
        let now = 0
        for (const wait of waits) {
          now += wait
          const left = limiter.admit(now)
          if (left === undefined) continue
          expect(limiter.admit(now + left - 1)).toBe(1)
          now += left
          expect(limiter.admit(now)).toBeUndefined()
        }
      }),
    )
  })

  it('admits all calls without limits', () => {
    const limiter = makeLimiter([])
    expect(Array.from({ length: 50 }, () => limiter.admit(0)).every(wait => wait === undefined)).toBe(true)
  })
})
