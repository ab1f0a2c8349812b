import type { Clock } from '../clock.ts'
import { Budget } from './budget.ts'
import type { RateWindow } from './windows.ts'

/** A wait for the rate limits would have passed the deadline; it was refused at once. `until` is when there is room. */
export class OutOfBudgetError extends Error {
  override readonly name = 'OutOfBudgetError'
  readonly until: number

  constructor(until: number, window: string) {
    super(`The budget of ${window} has no room before ${new Date(until).toISOString()}`)
    this.until = until
  }
}

/** What is being waited for, told before a wait begins. */
export type Wait = { readonly ms: number; readonly window: string }

/** The one door through which every call to Sophos goes, retries included. */
export type Gate = {
  /** Waits for room in every window, then holds a place until the returned function is called. */
  enter(): Promise<() => void>
  /** Lets nobody through before `until`: the server said that it had enough. */
  pause(until: number): void
  /** How many calls each window has left. */
  left(): { window: RateWindow; left: number }[]
  /** The ends of past calls, to be handed to the next run's gate. */
  remembered(): number[]
}

/**
 * Opens the gate. `deadline` (milliseconds since the epoch) is the last moment at which a call may be sent: whoever
 * would have to wait longer gets an OutOfBudgetError at once. Callers are let through in the order they came.
 */
export function openGate(options: {
  windows: readonly RateWindow[]
  earlierCalls: readonly number[]
  clock: Clock
  deadline: number
  onWait: (wait: Wait) => void
}): Gate {
  const { windows, clock, deadline, onWait } = options
  const budget = new Budget(windows, options.earlierCalls, clock.now())
  let pausedUntil = Number.NEGATIVE_INFINITY
  let queue: Promise<unknown> = Promise.resolve()
  let answered: () => void = () => undefined

  async function waitForRoom(): Promise<void> {
    for (;;) {
      const now = clock.now()
      const roomAt = Math.max(budget.earliest(), pausedUntil)
      const earliestPossible = roomAt === Number.POSITIVE_INFINITY ? now : Math.max(roomAt, now)
      if (earliestPossible > deadline) throw new OutOfBudgetError(earliestPossible, waitedFor(roomAt))
      if (roomAt <= now) return
      if (roomAt === Number.POSITIVE_INFINITY) {
        // Every call has a time-out, so an answer or an error comes.
        await new Promise<void>(resolve => {
          answered = resolve
        })
      } else {
        onWait({ ms: roomAt - now, window: waitedFor(roomAt) })
        await clock.sleep(roomAt - now)
      }
    }
  }

  const waitedFor = (roomAt: number): string =>
    roomAt === pausedUntil ? 'a pause that Sophos asked for' : (budget.tightest()?.text ?? 'the run')

  async function pass(): Promise<() => void> {
    await waitForRoom()
    budget.send()
    let held = true
    return () => {
      if (!held) return
      held = false
      budget.end(clock.now())
      answered()
    }
  }

  return {
    enter() {
      const turn = queue.then(pass)
      queue = turn.catch(() => undefined)
      return turn
    },
    pause(until) {
      pausedUntil = Math.max(pausedUntil, until)
    },
    left: () => windows.map(window => ({ window, left: budget.left(window, clock.now()) })),
    remembered: () => budget.remembered(clock.now()),
  }
}
