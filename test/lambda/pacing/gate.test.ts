import { describe, expect, it } from 'vitest'
import { type Gate, OutOfBudgetError, openGate, type Wait } from '../../../lambda/pacing/gate.ts'
import { parseRateWindows } from '../../../lambda/pacing/windows.ts'
import { type VirtualClock, virtualClock } from '../../virtual-clock.ts'

function open(limits: string, options: { deadlineMs?: number; clock: VirtualClock; waits?: Wait[] }): Gate {
  const { clock, deadlineMs = 3_600_000, waits = [] } = options
  return openGate({
    windows: parseRateWindows(limits),
    earlierCalls: [],
    clock,
    deadline: clock.now() + deadlineMs,
    onWait: wait => waits.push(wait),
  })
}

describe('the gate', () => {
  it('lets callers through in the order they came, each as soon as there is room', async () => {
    const clock = virtualClock(0)
    const gate = open('2/s', { clock })
    const passed: [number, number][] = []
    const caller = async (n: number) => {
      const leave = await gate.enter()
      passed.push([n, clock.now()])
      await clock.sleep(100)
      leave()
    }
    await clock.drive(Promise.all([1, 2, 3, 4, 5].map(caller)))
    expect(passed).toEqual([
      [1, 0],
      [2, 0],
      [3, 1_100],
      [4, 1_100],
      [5, 2_200],
    ])
  })

  it('refuses a wait that would pass the deadline at once, without sleeping, and says until when', async () => {
    const clock = virtualClock(0)
    const gate = open('1/m', { clock, deadlineMs: 30_000 })
    const leave = await clock.drive(gate.enter())
    leave()
    const refused = gate.enter().catch((error: unknown) => error)
    const error = await refused
    expect(error).toBeInstanceOf(OutOfBudgetError)
    expect(error).toMatchObject({ until: 60_000, message: expect.stringContaining('1/m') })
    expect(clock.now()).toBe(0)
  })

  it('refuses everybody once the deadline has passed', async () => {
    const clock = virtualClock(0)
    const gate = open('10/s', { clock, deadlineMs: 1_000 })
    await clock.drive(clock.sleep(1_001))
    await expect(gate.enter()).rejects.toBeInstanceOf(OutOfBudgetError)
  })

  it('lets nobody through during a pause, and tells about it', async () => {
    const clock = virtualClock(0)
    const waits: Wait[] = []
    const gate = open('10/s', { clock, waits })
    gate.pause(5_000)
    gate.pause(2_000)
    await clock.drive(gate.enter())
    expect(clock.now()).toBe(5_000)
    expect(waits).toEqual([{ ms: 5_000, window: 'a pause that Sophos asked for' }])
  })

  it('goes on when a caller leaves twice', async () => {
    const clock = virtualClock(0)
    const gate = open('1/s', { clock })
    const leave = await gate.enter()
    leave()
    leave()
    await clock.drive(gate.enter())
    expect(clock.now()).toBe(1_000)
    expect(gate.left().map(({ left }) => left)).toEqual([0])
  })
})
