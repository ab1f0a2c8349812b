import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fullPace,
  lowered,
  outlook,
  type Pace,
  paused,
  recalledPace,
  scaled,
  shareAt,
} from '../../../lambda/pacing/pace.ts'

const minute = 60_000
const share = fc.integer({ min: 1, max: 16 }).map(n => n / 16)
const paces: fc.Arbitrary<Pace> = fc.record({ share, pausedUntil: fc.integer({ min: 0, max: 60 * minute }) })
const moments = fc.integer({ min: 0, max: 200 * minute })

describe('the pace', () => {
  it('is full until a 429 comes', () => {
    fc.assert(fc.property(moments, now => shareAt(fullPace, now) === 1))
    expect(outlook(fullPace, 7)).toEqual([{ at: 7, share: 1 }])
  })

  it('is halved by each 429, down to a sixteenth and no further', () => {
    let pace = fullPace
    const shares = [1, 2, 3, 4, 5, 6].map(() => {
      pace = lowered(pace, 0, 1_000)
      return shareAt(pace, 1_000)
    })
    expect(shares).toEqual([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16, 1 / 16])
  })

  it.each([
    [0, 0.5],
    [2 * minute - 1, 0.5],
    [2 * minute, 0.625],
    [4 * minute, 0.75],
    [6 * minute, 0.875],
    [8 * minute, 1],
    [600 * minute, 1],
  ])('recovers by steps once the pause is over: after %i ms it is %f', (after, expected) => {
    expect(shareAt(lowered(fullPace, 0, 30_000), 30_000 + after)).toBe(expected)
  })

  it('keeps its steps up when it is lowered or paused again', () => {
    const half = lowered(fullPace, 0, 0)
    expect(lowered(half, 4 * minute, 5 * minute)).toEqual({ share: 0.375, pausedUntil: 5 * minute })
    expect(paused(half, 4 * minute, 5 * minute)).toEqual({ share: 0.75, pausedUntil: 5 * minute })
  })

  it('does not let a shorter pause cut a longer one', () => {
    const long = lowered(fullPace, 0, 60 * minute)
    expect(lowered(long, 0, minute).pausedUntil).toBe(60 * minute)
    expect(paused(long, 0, minute)).toBe(long)
  })

  it('predicts exactly the shares it will have and from when, up to the full pace', () => {
    fc.assert(
      fc.property(paces, moments, (pace, now) => {
        const steps = outlook(pace, now)
        expect(steps[0]).toEqual({ at: now, share: shareAt(pace, now) })
        expect(steps.at(-1)?.share).toBe(1)
        for (const { at, share } of steps.slice(1)) {
          expect(shareAt(pace, at)).toBe(share)
          expect(shareAt(pace, at - 1)).toBeLessThan(share)
          expect(at).toBeGreaterThan(now)
        }
      }),
    )
  })

  it('leaves every window at least one call, and never more than its limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), share, (limit, part) => {
        expect(scaled(limit, part)).toBeGreaterThanOrEqual(1)
        expect(scaled(limit, part)).toBeLessThanOrEqual(Math.max(1, limit * part))
        expect(scaled(limit, 1)).toBe(limit)
      }),
    )
  })

  it('does not pause for ever because of a wrong clock', () => {
    expect(recalledPace({ share: 0.5, pausedUntil: 1e15 }, 1_000).pausedUntil).toBe(1_000 + 60 * minute)
  })
})
