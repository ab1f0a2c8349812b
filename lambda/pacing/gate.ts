import type { Clock } from '../clock.ts'
import { Budget } from './budget.ts'
import { lowered, outlook, type Pace, paused, recalledPace, shareAt } from './pace.ts'
import type { RateWindow } from './windows.ts'

/** A wait for the rate limits would have passed the deadline; it was refused at once. `until` is when there is room. */
export class OutOfBudgetError extends Error {
  override readonly name = 'OutOfBudgetError'
  readonly until: number

  constructor(until: number, message: string) {
    super(message)
    this.until = until
  }
}

/** The last moment (ms) at which a call may be sent, and why not later where that is not for the budget alone. */
export type Deadline = { readonly at: number; readonly reason?: string }

/** What is being waited for, told before a wait begins. */
export type Wait = { readonly ms: number; readonly window: string }

/** The pace after a change, told when it is lowered and at each step up. `text` says what was learnt, for the log. */
export type PaceChange = { readonly text: string; readonly percent: number; readonly pausedUntil: string }

/** The one door through which every call to Sophos goes, retries included. */
export type Gate = {
  /**
   * Waits for room in every window, then holds a place until the returned function is called. `lastCheck` is called at
   * the very moment when there is room: where it throws, no place is taken and its error is thrown.
   */
  enter(lastCheck?: () => void): Promise<() => void>
  /** Lets nobody through before `until`: the server said that it had enough. */
  pause(until: number): void
  /** Halves the pace, beside the pause: the windows are shared with somebody, so not all of them is ours. */
  slowDown(until: number): void
  /** How many calls each window has left at the present pace. */
  left(): { window: RateWindow; left: number }[]
  /** How many calls the windows have room for until `until` (by default the deadline), at the present pace. */
  room(until: number): number
  /** The ends of past calls, to be handed to the next run's gate. */
  remembered(): number[]
  /** The pace and the pause, to be handed to the next run's gate. */
  pace(): Pace
}

/**
 * Opens the gate. `deadline` tells the last moment (milliseconds since the epoch) at which a call may be sent: whoever
 * would have to wait longer gets an OutOfBudgetError at once. Callers are let through in the order they came.
 */
export function openGate(options: {
  windows: readonly RateWindow[]
  earlierCalls: readonly number[]
  earlierPace: Pace
  clock: Clock
  deadline: () => Deadline
  onWait: (wait: Wait) => void
  onPace: (change: PaceChange) => void
}): Gate {
  const { windows, clock, deadline, onWait } = options
  const budget = new Budget(windows, options.earlierCalls, clock.now())
  let pace = recalledPace(options.earlierPace, clock.now())
  let toldShare = shareAt(pace, clock.now())
  let queue: Promise<unknown> = Promise.resolve()
  let answered: () => void = () => undefined

  async function waitForRoom(): Promise<void> {
    for (;;) {
      const now = clock.now()
      const share = shareAt(pace, now)
      if (share > toldShare) tellPace('raised', share)
      const onlyAnAnswerMakesRoom = budget.earliest(share) === Number.POSITIVE_INFINITY
      const at = onlyAnAnswerMakesRoom ? now : Math.max(now, roomAt(now))
      const end = deadline()
      if (at > end.at) throw new OutOfBudgetError(at, refusal(at, now, share, end))
      if (onlyAnAnswerMakesRoom) {
        // Every call has a time-out, so an answer or an error comes.
        await new Promise<void>(resolve => {
          answered = resolve
        })
      } else if (at > now) {
        onWait({ ms: at - now, window: waitedFor(at, share) })
        await clock.sleep(at - now)
      } else return
    }
  }

  /** When there is room if all stays quiet: at the pace of now, or at a later and faster one. */
  const roomAt = (now: number): number => {
    const candidates = outlook(pace, now).map(({ at, share }) => Math.max(at, budget.earliest(share)))
    return Math.max(pace.pausedUntil, Math.min(...candidates))
  }

  function refusal(at: number, now: number, share: number, { reason }: Deadline): string {
    const window = waitedFor(at, share)
    if (reason) return at <= now ? reason : `${reason} before there is room in ${window}`
    return `There is no room in ${window} before ${new Date(at).toISOString()}`
  }

  const waitedFor = (at: number, share: number): string =>
    at === pace.pausedUntil
      ? 'a pause that Sophos asked for'
      : `the budget of ${budget.tightest(share)?.text}`

  function tellPace(verb: 'lowered' | 'raised', share: number): void {
    toldShare = share
    const percent = Math.round(share * 100)
    options.onPace({
      text: `pace ${verb} to ${percent} % of ${windows.map(({ text }) => text).join(' ')}`,
      percent,
      pausedUntil: new Date(pace.pausedUntil).toISOString(),
    })
  }

  async function pass(lastCheck: () => void): Promise<() => void> {
    await waitForRoom()
    lastCheck()
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
    enter(lastCheck = () => undefined) {
      const turn = queue.then(() => pass(lastCheck))
      queue = turn.catch(() => undefined)
      return turn
    },
    pause(until) {
      pace = paused(pace, clock.now(), until)
    },
    slowDown(until) {
      pace = lowered(pace, clock.now(), until)
      tellPace('lowered', shareAt(pace, clock.now()))
    },
    left() {
      const now = clock.now()
      return windows.map(window => ({ window, left: budget.left(window, now, shareAt(pace, now)) }))
    },
    room: until => budget.leftUntil(until, clock.now(), shareAt(pace, clock.now())),
    remembered: () => budget.remembered(clock.now()),
    pace: () => pace,
  }
}
