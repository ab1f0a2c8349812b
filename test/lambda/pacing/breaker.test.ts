import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import {
  afterFailure,
  afterSending,
  type Breaker,
  breakersSchema,
  isOpen,
  maySend,
  restoredBreakers,
} from '../../../lambda/pacing/breaker.ts'

const at = Date.UTC(2026, 10, 22, 10)
const minute = 60_000

function afterFailures(count: number): Breaker | undefined {
  let breaker: Breaker | undefined
  for (let n = 0; n < count; n++) breaker = afterFailure(breaker, at + n * 1_000)
  return breaker
}

/** When an endpoint that stays dead is asked, of an asker who tries every second. */
function probesWithin(ms: number): number[] {
  let breaker = afterFailures(5)
  const probes: number[] = []
  for (let now = at + 4_000; now <= at + 4_000 + ms; now += 1_000) {
    if (!maySend(breaker, now)) continue
    probes.push(now - at - 4_000)
    breaker = afterFailure(afterSending(breaker, now), now)
  }
  return probes
}

describe('the breaker', () => {
  it.each([
    [0, false],
    [4, false],
    [5, true],
    [9, true],
  ])('after %i failures in a row is open: %s', (failures, open) => {
    expect(isOpen(afterFailures(failures))).toBe(open)
    expect(maySend(afterFailures(failures), at + 8_000)).toBe(!open)
  })

  it('knows since when the endpoint fails', () => {
    expect(afterFailures(7)?.since).toBe(at)
  })

  it('lets single probes through, at distances that double up to a quarter of an hour', () => {
    const probes = probesWithin(3_600_000)
    const distances = probes.map((time, n) => (time - (probes[n - 1] ?? 0)) / 1_000)
    expect(distances).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900])
  })

  it('lets no call follow a probe that is under way, and forgets a probe whose end was not seen', () => {
    const due = at + 4_000 + 5_000
    const probing = afterSending(afterFailures(5), due)
    expect([0, 30_000, 59_999].map(ms => maySend(probing, due + ms))).toEqual([false, false, false])
    expect(maySend(probing, due + minute)).toBe(true)
  })

  it('is no obstacle while it is closed, whatever is sent', () => {
    expect(afterSending(undefined, at)).toBeUndefined()
    const failing = afterFailures(4)
    expect(afterSending(failing, at)).toBe(failing)
  })

  it('bounds what an endpoint that stays dead costs, however long and often it is asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400 }), seconds => {
        expect(probesWithin(seconds * 1_000).length).toBeLessThanOrEqual(9 + seconds / 900)
      }),
      { numRuns: 20 },
    )
  })

  it('can be carried to the next run as JSON, as long as it is open', () => {
    const open = afterFailures(6)
    const failing = afterFailures(3)
    const breakers = { a: open, b: failing }
    const read = v.parse(breakersSchema, JSON.parse(JSON.stringify(breakers)))
    expect(restoredBreakers(read, at + minute)).toEqual({ a: open })
  })

  it('is forgotten after a day without a call, and not believed if its clock was wrong', () => {
    const open = { failures: 5, since: at, probes: 2, probeAt: at + minute }
    expect(restoredBreakers({ a: open }, at + 25 * 60 * minute)).toEqual({})
    const future = { ...open, since: at + 1e12, probeAt: at + 1e12 }
    expect(restoredBreakers({ a: future }, at)).toEqual({
      a: { ...open, since: at, probeAt: at + 15 * minute },
    })
  })
})
