import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../../lambda/pacing/budget.ts'
import { fullPace } from '../../../lambda/pacing/pace.ts'
import { mostCalls } from '../../../lambda/pacing/remembered-calls.ts'
import { parseRateWindows } from '../../../lambda/pacing/windows.ts'
import { type Lease, LeaseLostError, type LeaseTaken, takeLease } from '../../../lambda/run/lease.ts'
import type { Store } from '../../../lambda/state/store.ts'
import { memoryStore } from '../../memory-store.ts'
import { type VirtualClock, virtualClock } from '../../virtual-clock.ts'
import { mostInWindow } from '../../virtual-sophos.ts'

const windows = parseRateWindows('10/s 100/m 1000/h')
const nothing = { calls: [], pace: fullPace }
let runs = 0
const take = (store: Store, clock: VirtualClock) =>
  takeLease({ store, source: 'default', holder: `run ${++runs}`, windows, clock })

function held(taken: Lease | LeaseTaken): Lease {
  if (!('renew' in taken)) throw new Error('Another worker has the lease.')
  return taken
}
const pass = (clock: VirtualClock, ms: number) => clock.drive(clock.sleep(ms))

describe('the lease', () => {
  it('has one holder, however many race for it', async () => {
    const [store, clock] = [memoryStore(), virtualClock()]
    const taken = await Promise.all(Array.from({ length: 10 }, () => take(store, clock)))
    expect(taken.filter(one => 'renew' in one)).toHaveLength(1)
    expect(taken.filter(one => !('renew' in one))).toHaveLength(9)
  })

  it('says while it is held since when, and until when at the least', async () => {
    const [store, clock] = [memoryStore(), virtualClock()]
    const start = clock.now()
    await take(store, clock)
    await pass(clock, 10_000)
    await expect(take(store, clock)).resolves.toEqual({ since: start, until: start + 180_000 })
  })

  it('hands the calls of the past day and the pace on when it is released, and can be taken at once', async () => {
    const [store, clock] = [memoryStore(), virtualClock()]
    const first = held(await take(store, clock))
    await pass(clock, 5_000)
    await first.release({ calls: [clock.now() - 100, clock.now()], pace: { share: 0.5, pausedUntil: 7 } })
    const second = held(await take(store, clock))
    expect(second.earlierCalls).toEqual([clock.now() - 100, clock.now()])
    expect(second.earlierPace).toEqual({ share: 0.5, pausedUntil: 7 })
  })

  it('holds on with each renewal', async () => {
    const [store, clock] = [memoryStore(), virtualClock()]
    const lease = held(await take(store, clock))
    for (let i = 0; i < 5; i++) {
      await pass(clock, 100_000)
      await lease.renew(nothing)
      expect(lease.until()).toBe(clock.now() + 180_000)
      expect('renew' in (await take(store, clock))).toBe(false)
    }
  })

  it('can be taken from a holder that was killed, three minutes after its last renewal', async () => {
    const [store, clock] = [memoryStore(), virtualClock()]
    const killed = held(await take(store, clock))
    await pass(clock, 30_000)
    await killed.renew(nothing)
    await pass(clock, 179_999)
    expect('renew' in (await take(store, clock))).toBe(false)
    await pass(clock, 1)
    expect('renew' in (await take(store, clock))).toBe(true)
  })

  it('assumes of a holder that was killed that it made every call that it could have made', async () => {
    const [store, clock] = [memoryStore(), virtualClock()]
    await take(store, clock)
    await pass(clock, 180_000)
    const { earlierCalls } = held(await take(store, clock))
    const budget = new Budget(windows, earlierCalls, clock.now())
    expect(windows.map(window => budget.left(window, clock.now()))).toEqual([0, 0, 700])
  })

  it('is lost to the run that took over, and the loser must not call any more', async () => {
    const [store, clock] = [memoryStore(), virtualClock()]
    const slow = held(await take(store, clock))
    await pass(clock, 200_000)
    await take(store, clock)
    await expect(slow.renew(nothing)).rejects.toBeInstanceOf(LeaseLostError)
    expect(slow.until()).toBe(0)
    await expect(slow.release(nothing)).rejects.toBeInstanceOf(LeaseLostError)
  })

  it('is not lost to its own write whose answer never came', async () => {
    const [store, clock] = [memoryStore(), virtualClock()]
    const lease = held(await take(store, clock))
    const bytes = (await store.read('state/default/lease.json'))?.bytes ?? ''
    await store.write('state/default/lease.json', {
      body: bytes,
      contentType: 'application/json',
      cacheControl: 'no-store',
    })
    await pass(clock, 1_000)
    await lease.renew(nothing)
    expect(lease.until()).toBe(clock.now() + 180_000)
  })

  it('that cannot be understood counts as an hour at the limit, and is taken', async () => {
    const [store, clock] = [memoryStore(), virtualClock()]
    await store.write('state/default/lease.json', {
      body: 'what?',
      contentType: 'text/plain',
      cacheControl: 'no-store',
    })
    const { earlierCalls } = held(await take(store, clock))
    expect(earlierCalls).toHaveLength(1_000)
  })
})

describe('the most calls', () => {
  it('fill every window as late as can be, and exceed none', () => {
    const limits = fc.constantFrom('3/s', '3/s 10/10s', '2/100ms 7/s 20/10s')
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: 30_000 }), (text, length) => {
        const given = parseRateWindows(text)
        const calls = mostCalls(given, 0, length)
        for (const { limit, periodMs } of given)
          expect(mostInWindow(calls, periodMs)).toBeLessThanOrEqual(limit)
        for (const call of calls) expect(call).toBeGreaterThan(0)
        if (length > 0) expect(calls.at(-1)).toBe(length)
      }),
    )
  })

  it('are none in no time', () => {
    expect(mostCalls(windows, 1_000, 1_000)).toEqual([])
  })
})
