import type { Clock } from '../clock.ts'
import type { Gate } from '../pacing/gate.ts'
import { readAnswer } from './answers.ts'
import { backoffMs, isThrottled, mayRetry, retryAfterMs, usualTries } from './retry.ts'
import type { HttpAnswer, HttpRequest, Transport } from './transport.ts'

/** What a run's calls came to. `made` counts everything that was sent, the other two are parts of it. */
export type CallTally = { made: number; retries: number; throttled: number }

/** A retry is told with its cause, so that the log shows what the network did. */
export type Retry = { readonly waitMs: number; readonly reason: string; readonly everybody: boolean }

/** Stands before one endpoint: it is told what every call came to, and refuses those that would be wasted. */
export type Guard = {
  /** How often a call is tried while its trouble may pass, the first time included. */
  readonly tries: number
  /** Why the endpoint is not to be asked now, or undefined. */
  refusal(): Error | undefined
  /** Called at the very moment before a call is sent. Throws the refusal, if there is one. */
  claim(): void
  /** What a call came to: the error, or undefined after a good answer. */
  record(error: unknown): void
}

/** Sends a request, made anew for each try by `make`, and again where that may help. Answers the parsed JSON. */
export type Sender = (
  make: () => Promise<HttpRequest>,
  options?: { guard?: Guard | undefined; isRetry?: boolean },
) => Promise<unknown>

/**
 * The sender of one run: every request is reserved at the gate, sent, and retried through the same gate.
 *
 * - 429 pauses everything, for Retry-After or else a backoff that grows with each pause in a row, and lowers the pace.
 * - 5xx, a broken connection and answers cut short are tried again after a backoff of their own, as long as the
 *   guard has nothing against it.
 */
export function createSender(options: {
  send: Transport
  gate: Gate
  clock: Clock
  random: () => number
  deadline: number
  onRetry: (retry: Retry) => void
}): { send: Sender; calls: Readonly<CallTally> } {
  const { gate, clock, random, deadline, onRetry } = options
  const calls: CallTally = { made: 0, retries: 0, throttled: 0 }
  let pausesInARow = 0
  let lastPauseAt = Number.NEGATIVE_INFINITY

  async function sendOnce(request: HttpRequest, leave: () => void, isRetry: boolean): Promise<unknown> {
    const sentAt = clock.now()
    calls.made += 1
    if (isRetry) calls.retries += 1
    let answer: HttpAnswer
    try {
      answer = await options.send(request)
    } finally {
      leave()
    }
    if (answer.status === 429) pauseEverybody(answer, sentAt)
    else if (sentAt >= lastPauseAt) pausesInARow = 0
    return readAnswer(answer)
  }

  function pauseEverybody(answer: HttpAnswer, sentAt: number): void {
    calls.throttled += 1
    const now = clock.now()
    const asked = retryAfterMs(answer.header('retry-after'), now)
    // Calls that were under way when a pause began are answered 429 too; they say nothing new.
    const isNew = sentAt >= lastPauseAt
    if (!isNew && asked === undefined) return
    const waitMs = asked ?? backoffMs(++pausesInARow, random())
    lastPauseAt = now
    if (isNew) gate.slowDown(now + waitMs)
    else gate.pause(now + waitMs)
    onRetry({ waitMs, reason: 'Sophos answered 429: its rate limit is reached', everybody: true })
  }

  const send: Sender = async (make, { guard, isRetry = false } = {}) => {
    let before: unknown
    for (let tries = 1; ; tries++) {
      const request = await make()
      let leave: () => void
      try {
        leave = await gate.enter(guard?.claim)
      } catch (error) {
        // No room for another try, or none wanted any more: what the last one came to is the answer.
        throw before ?? error
      }
      try {
        const body = await sendOnce(request, leave, isRetry || tries > 1)
        guard?.record(undefined)
        return body
      } catch (error) {
        guard?.record(error)
        before = error
        // After a 429 the gate itself makes everybody wait.
        const waitMs = isThrottled(error) ? 0 : backoffMs(tries, random())
        const isHopeless = !mayRetry(error, tries, guard?.tries ?? usualTries) || guard?.refusal()
        if (isHopeless || clock.now() + waitMs > deadline) throw error
        if (waitMs > 0) {
          const reason = error instanceof Error ? error.message : String(error)
          onRetry({ waitMs, reason, everybody: false })
          await clock.sleep(waitMs)
        }
      }
    }
  }

  return { send, calls }
}
