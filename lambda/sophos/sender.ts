import type { Clock } from '../clock.ts'
import type { Gate } from '../pacing/gate.ts'
import { readAnswer } from './answers.ts'
import { backoffMs, isThrottled, mayRetry, retryAfterMs } from './retry.ts'
import type { HttpAnswer, HttpRequest, Transport } from './transport.ts'

/** The calls of a run. `made` counts all of them, `retries` and `throttled` some of these. */
export type CallTally = { made: number; retries: number; throttled: number }

/** A wait before a retry, for the log. After a 429 it pauses all calls. */
export type Retry = { readonly waitMs: number; readonly reason: string; readonly pausesAllCalls: boolean }

/** Protects one endpoint: records the result of each call, and refuses calls that would be wasted. */
export type Guard = {
  /** How often a call is tried while its trouble may pass, the first try included. */
  readonly tries: number
  /** Returns why the endpoint must not be called now, or undefined. */
  refusal(): Error | undefined
  /** Called right before a call is sent. Throws the refusal, if any. */
  claim(): void
  /** Records the error of a call, or undefined after a good answer. */
  record(error: unknown): void
}

/** Sends a request, with retries. `make` builds it for each try. Returns the parsed JSON. `isToken`: as in `readAnswer`. */
export type Sender = (
  make: () => Promise<HttpRequest>,
  options?: { guard?: Guard | undefined; isRetry?: boolean; isToken?: boolean },
) => Promise<unknown>

/**
 * Creates the sender of one run. Every request and every retry goes through the gate.
 *
 * - A 429 pauses all calls, for Retry-After or else a backoff that grows with each pause in a row, and lowers the pace.
 * - After a 5xx, a broken connection or an answer that is cut short, the call is retried after a backoff, unless the guard
 *   refuses.
 */
export function createSender(options: {
  send: Transport
  gate: Gate
  clock: Clock
  random: () => number
  deadline: number
  hide: (text: string) => string
  onRetry: (retry: Retry) => void
}): { send: Sender; calls: Readonly<CallTally> } {
  const { gate, clock, random, deadline, onRetry } = options
  const calls: CallTally = { made: 0, retries: 0, throttled: 0 }
  let pausesInARow = 0
  let lastPauseAt = Number.NEGATIVE_INFINITY

  async function sendOnce(request: HttpRequest, leave: () => void): Promise<HttpAnswer> {
    const sentAt = clock.now()
    calls.made += 1
    let answer: HttpAnswer
    try {
      answer = await options.send(request)
    } finally {
      leave()
    }
    if (answer.status === 429) pauseAllCalls(answer, sentAt)
    else if (sentAt >= lastPauseAt) pausesInARow = 0
    return answer
  }

  function pauseAllCalls(answer: HttpAnswer, sentAt: number): void {
    calls.throttled += 1
    const now = clock.now()
    const asked = retryAfterMs(answer.header('retry-after'), now)
    // Calls in flight when a pause begins get a 429 too. These are not new.
    const isNew = sentAt >= lastPauseAt
    if (!isNew && asked === undefined) return
    const waitMs = asked ?? backoffMs(++pausesInARow, random())
    lastPauseAt = now
    if (isNew) gate.slowDown(now + waitMs)
    else gate.pause(now + waitMs)
    onRetry({ waitMs, reason: 'Sophos answered 429: its rate limit is reached', pausesAllCalls: true })
  }

  const send: Sender = async (make, { guard, isRetry = false, isToken = false } = {}) => {
    let before: unknown
    for (let tries = 1; ; tries++) {
      const request = await make()
      let leave: () => void
      try {
        leave = await gate.enter(guard?.claim)
      } catch (error) {
        // There is no room for a retry, or the guard refuses it: the last try's error counts.
        throw before ?? error
      }
      try {
        if (isRetry || tries > 1) calls.retries += 1
        const body = readAnswer(await sendOnce(request, leave), options.hide, { isToken })
        guard?.record(undefined)
        return body
      } catch (error) {
        guard?.record(error)
        before = error
        // After a 429 the gate makes all calls wait.
        const waitMs = isThrottled(error) ? 0 : backoffMs(tries, random())
        const mustStop = !mayRetry(error, tries, guard?.tries) || guard?.refusal()
        if (mustStop || clock.now() + waitMs > deadline) throw error
        if (waitMs > 0) {
          const reason = error instanceof Error ? error.message : String(error)
          onRetry({ waitMs, reason, pausesAllCalls: false })
          await clock.sleep(waitMs)
        }
      }
    }
  }

  return { send, calls }
}
