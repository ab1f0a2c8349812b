import { describe, expect, it } from 'vitest'
import { type Gate, OutOfBudgetError, openGate, type Wait } from '../../../lambda/pacing/gate.ts'
import { fullPace, type Pace } from '../../../lambda/pacing/pace.ts'
import { parseRateWindows } from '../../../lambda/pacing/windows.ts'
import { type VirtualClock, virtualClock } from '../../virtual-clock.ts'

function open(
  limits: string,
  options: { deadlineMs?: number; clock: VirtualClock; waits?: Wait[]; pace?: Pace; changes?: string[] },
): Gate {
  const { clock, deadlineMs = 3_600_000, waits = [], changes = [] } = options
  const deadline = clock.now() + deadlineMs
  return openGate({
    windows: parseRateWindows(limits),
    earlierCalls: [],
    earlierPace: options.pace ?? fullPace,
    onPace: ({ text }) => changes.push(text),
    clock,
    deadline: () => ({ at: deadline }),
    onWait: wait => waits.push(wait),
  })
}

describe('the share of a run', () => {
  it('lets as many calls through, and says that it is used', async () => {
    const clock = virtualClock(0)
    const gate = open('100/h', { clock })
    gate.keepToShare(900_000, 10)
    expect(gate.room(clock.now() + 60_000)).toBe(25)
    for (let n = 0; n < 25; n++) (await clock.drive(gate.enter()))()
    await expect(gate.enter()).rejects.toThrow("This run's share of the budget, 25 calls, is used")
  })

  it('is never too small to be of use, as long as the window has room', async () => {
    const clock = virtualClock(0)
    const gate = open('50/d', { clock })
    gate.keepToShare(900_000, 10)
    for (let n = 0; n < 10; n++) (await clock.drive(gate.enter()))()
    await expect(gate.enter()).rejects.toThrow(OutOfBudgetError)
  })
})

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

  it('refuses a wait past the deadline at once, without sleeping, and says when there is room', async () => {
    const clock = virtualClock(0)
    const gate = open('1/m', { clock, deadlineMs: 30_000 })
    const leave = await clock.drive(gate.enter())
    leave()
    const refused = gate.enter().catch((error: unknown) => error)
    const error = await refused
    expect(error).toBeInstanceOf(OutOfBudgetError)
    expect(error).toMatchObject({ message: expect.stringContaining('1/m before 1970-01-01T00:01:00.000Z') })
    expect(clock.now()).toBe(0)
  })

  it('refuses every call after the deadline', async () => {
    const clock = virtualClock(0)
    const gate = open('10/s', { clock, deadlineMs: 1_000 })
    await clock.drive(clock.sleep(1_001))
    await expect(gate.enter()).rejects.toBeInstanceOf(OutOfBudgetError)
  })

  it('lets no call through during a pause, and reports the wait', async () => {
    const clock = virtualClock(0)
    const waits: Wait[] = []
    const gate = open('10/s', { clock, waits })
    gate.pause(5_000)
    gate.pause(2_000)
    await clock.drive(gate.enter())
    expect(clock.now()).toBe(5_000)
    expect(waits).toEqual([{ ms: 5_000, window: 'a pause that Sophos asked for' }])
  })

  it('keeps working when a caller leaves twice', async () => {
    const clock = virtualClock(0)
    const gate = open('1/s', { clock })
    const leave = await gate.enter()
    leave()
    leave()
    await clock.drive(gate.enter())
    expect(clock.now()).toBe(1_000)
    expect(gate.left().map(({ left }) => left)).toEqual([0])
  })

  it('takes no place if the last check throws, and lets the next caller through', async () => {
    const clock = virtualClock(0)
    const gate = open('1/s', { clock })
    const leave = await gate.enter()
    const no = new Error('no longer needed')
    const second = gate.enter(() => {
      throw no
    })
    const third = gate.enter()
    leave()
    await expect(clock.drive(second)).rejects.toBe(no)
    await clock.drive(third)
    expect(clock.now()).toBe(1_000)
  })
})

/** Makes calls of 10 ms, one after the other, for this long. Returns the times at which they passed the gate. */
async function callFor(ms: number, gate: Gate, clock: VirtualClock): Promise<number[]> {
  const times: number[] = []
  const end = clock.now() + ms
  while (clock.now() < end) {
    const leave = await gate.enter()
    times.push(clock.now())
    await clock.sleep(10)
    leave()
  }
  return times.filter(time => time < end)
}

describe('the pace of the gate', () => {
  it('falls to half of every window after a 429, and recovers by steps, each reported', async () => {
    const clock = virtualClock(0)
    const changes: string[] = []
    const gate = open('40/s 800/m', { clock, changes })
    gate.slowDown(0)
    const times = await clock.drive(callFor(540_000, gate, clock))
    const inMinute = (n: number) => times.filter(time => time >= n * 60_000 && time < (n + 1) * 60_000).length
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map(inMinute)).toEqual([400, 400, 500, 500, 600, 600, 700, 700, 800])
    expect(changes).toEqual([
      'pace lowered to 50 % of 40/s 800/m',
      'pace raised to 63 % of 40/s 800/m',
      'pace raised to 75 % of 40/s 800/m',
      'pace raised to 88 % of 40/s 800/m',
      'pace raised to 100 % of 40/s 800/m',
    ])
  })

  it('resumes the pause and the pace of the run before', async () => {
    const clock = virtualClock(0)
    const before = open('10/s', { clock })
    before.slowDown(20_000)
    const gate = open('10/s', { clock, pace: JSON.parse(JSON.stringify(before.pace())) })
    const times = await clock.drive(callFor(21_000, gate, clock))
    expect(times[0]).toBe(20_000)
    expect(times).toHaveLength(5)
  })

  it('waits for the next step up if that comes before calls leave a long window', async () => {
    const clock = virtualClock(0)
    const gate = open('10/h', { clock })
    for (let n = 0; n < 7; n++) (await clock.drive(gate.enter()))()
    gate.slowDown(0)
    await clock.drive(gate.enter())
    // 10, 5, 6, 7, 8: the eighth call has room after the third step.
    expect(clock.now()).toBe(360_000)
  })

  it('refuses at once if no step up helps before the deadline', async () => {
    const clock = virtualClock(0)
    const gate = open('10/h', { clock, deadlineMs: 300_000 })
    for (let n = 0; n < 7; n++) (await clock.drive(gate.enter()))()
    gate.slowDown(0)
    await expect(clock.drive(gate.enter())).rejects.toThrow('1970-01-01T00:06:00.000Z')
    expect(clock.now()).toBe(0)
  })

  it('keeps working with more calls in flight than the lowered pace allows', async () => {
    const clock = virtualClock(0)
    const gate = open('4/s', { clock })
    const leaves = await clock.drive(Promise.all([gate.enter(), gate.enter(), gate.enter(), gate.enter()]))
    gate.slowDown(0)
    const next = gate.enter()
    await clock.drive(clock.sleep(500))
    for (const leave of leaves) leave()
    await clock.drive(next)
    expect(clock.now()).toBe(1_500)
  })

  it('returns how many calls there is room for: those left, plus a limit for each whole period until then', async () => {
    const clock = virtualClock(0)
    const gate = open('10/s 100/m 250/h', { clock, deadlineMs: 150_000 })
    expect(gate.room(150_000)).toBe(250)
    for (let n = 0; n < 10; n++) (await clock.drive(gate.enter()))()
    expect([gate.room(150_000), gate.room(60_000), gate.room(59_999)]).toEqual([240, 190, 90])
    gate.slowDown(0)
    expect(gate.room(150_000)).toBe(115)
  })

  it('says why it lets no more calls through: the budget, or the reason of the deadline', async () => {
    const reason = "The run's time is up"
    for (const [end, now, message] of [
      [{ at: 30_000 }, 0, 'There is no room in the budget of 1/m before 1970-01-01T00:01:00.000Z'],
      [{ at: 30_000, reason }, 0, "The run's time is up before there is room in the budget of 1/m"],
      [{ at: 30_000, reason }, 61_000, "The run's time is up"],
    ] as const) {
      const clock = virtualClock(0)
      const gate = openGate({
        windows: parseRateWindows('1/m'),
        earlierCalls: [0],
        earlierPace: fullPace,
        clock,
        deadline: () => end,
        onWait: () => undefined,
        onPace: () => undefined,
      })
      await clock.drive(clock.sleep(now))
      await expect(gate.enter()).rejects.toThrow(message)
    }
  })
})
