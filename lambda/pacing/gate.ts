import type { Clock } from '../clock.ts'
import { Budget } from './budget.ts'
import { evenShare } from './even-share.ts'
import { lowered, outlook, type Pace, paused, recalledPace, shareAt } from './pace.ts'
import type { RateWindow } from './windows.ts'

/** Waiting for the rate limits would pass the deadline, or a run's share is used. Thrown at once, without waiting. */
export class OutOfBudgetError extends Error {
  override readonly name = 'OutOfBudgetError'
}

/** The last moment (ms) at which a call may be sent, and why, unless the budget is the only reason. */
export type Deadline = { readonly at: number; readonly reason?: string }

/** How long callers wait, and for what. Reported before a wait begins. */
export type Wait = { readonly ms: number; readonly window: string }

/** The pace after a change. Reported when it is lowered and at each step up; `text` is for the log. */
type PaceChange = { readonly text: string; readonly percent: number; readonly pausedUntil: string }

/** Every call to Sophos passes this gate, retries included. */
export type Gate = {
  /**
   * Waits for room in every window, then takes a place until the returned function is called. Calls `lastCheck` right
   * before; if that throws, no place is taken and its error is rethrown. Throws OutOfBudgetError.
   */
  enter(lastCheck?: () => void): Promise<() => void>
  /** Lets no call through before `until`, because Sophos asked for a pause. */
  pause(until: number): void
  /** Pauses and halves the pace: other tools share the limits, so not all of each limit is ours. */
  slowDown(until: number): void
  /**
   * Lets no more calls through than an even share of the windows that are longer than the interval between two runs, but
   * `least` of them where there is room: with fewer a run could do nothing of use.
   */
  keepToShare(intervalMs: number, least: number): void
  /** Returns how many calls each window has left of its full limit; `pace` says which part of it is used. */
  left(): { window: RateWindow; left: number }[]
  /** Returns how many calls the windows have room for until `until`, at the present pace. */
  room(until: number): number
  /** Returns the ends of past calls, for the next run's gate. */
  remembered(): number[]
  /** Returns the pace and the pause, for the next run's gate. */
  pace(): Pace
}

/**
 * Opens the gate. A caller who would have to wait past `deadline` gets an OutOfBudgetError at once. The others pass in the
 * order they came.
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
  let reportedShare = shareAt(pace, clock.now())
  let allowance = Number.POSITIVE_INFINITY
  let callsLeft = allowance
  let queue: Promise<unknown> = Promise.resolve()
  let answered: () => void = () => undefined

  async function waitForRoom(): Promise<void> {
    for (;;) {
      const now = clock.now()
      if (callsLeft < 1)
        throw new OutOfBudgetError(`This run's share of the budget, ${allowance} calls, is used`)
      const share = shareAt(pace, now)
      if (share > reportedShare) reportPace('raised', share)
      const onlyAnAnswerMakesRoom = budget.earliest(share) === Number.POSITIVE_INFINITY
      const at = onlyAnAnswerMakesRoom ? now : Math.max(now, roomAt(now))
      const end = deadline()
      if (at > end.at) throw new OutOfBudgetError(refusal(at, now, share, end))
      if (onlyAnAnswerMakesRoom) {
        // Every call has a timeout, so this ends.
        await new Promise<void>(resolve => {
          answered = resolve
        })
      } else if (at > now) {
        onWait({ ms: at - now, window: waitedFor(at, share) })
        await clock.sleep(at - now)
      } else return
    }
  }

  /** When there will be room without further 429s: at the present pace, or at a later, faster one. */
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

  function reportPace(verb: 'lowered' | 'raised', share: number): void {
    reportedShare = share
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
    callsLeft -= 1
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
      reportPace('lowered', shareAt(pace, clock.now()))
    },
    left() {
      const now = clock.now()
      return windows.map(window => ({ window, left: budget.left(window, now) }))
    },
    keepToShare(intervalMs, least) {
      const share = evenShare(windows, budget.remembered(clock.now()), clock.now(), intervalMs)
      allowance = Math.max(share, least)
      callsLeft = allowance
    },
    room: until => Math.min(callsLeft, budget.leftUntil(until, clock.now(), shareAt(pace, clock.now()))),
    remembered: () => budget.remembered(clock.now()),
    pace: () => pace,
  }
}
