import type { Clock } from '../clock.ts'
import { type Gate, OutOfBudgetError } from '../pacing/gate.ts'
import { readAnswer } from './answers.ts'
import { CredentialsError, RefusedError } from './errors.ts'
import { backoffMs, isThrottled, mayRetry, retryAfterMs } from './retry.ts'
import { type Credentials, isDue, parseToken, type Token, tokenRequest } from './token.ts'
import type { HttpAnswer, HttpRequest, Transport } from './transport.ts'

/** A question to the API. `host` is a checked base address, `headers` say on whose behalf it is asked. */
export type ApiRequest = {
  readonly host: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** What a run's calls came to. `made` counts everything that was sent, the other two are parts of it. */
export type CallTally = { made: number; retries: number; throttled: number }

export type SophosClient = {
  /** Makes sure that there is a token. Throws CredentialsError where the credentials are refused, or what reading them threw. */
  signIn(): Promise<void>
  /** Asks, and asks again where that may help. Answers the parsed JSON, or throws what `errors.ts` lists, or OutOfBudgetError. */
  get(request: ApiRequest): Promise<unknown>
  readonly calls: Readonly<CallTally>
}

/** A retry is told with its cause, so that the log shows what the network did. */
export type Retry = { readonly waitMs: number; readonly reason: string; readonly everybody: boolean }

/**
 * The client of one run: every request is reserved at the gate, sent, and retried through the same gate.
 *
 * - 429 pauses everything, for Retry-After or else a backoff that grows with each pause in a row.
 * - 5xx, a broken connection and answers cut short are tried again after a backoff of their own.
 * - 401 renews the token once and asks once more.
 * - Credentials that were refused are not tried again in the same run.
 */
export function createClient(options: {
  send: Transport
  gate: Gate
  clock: Clock
  random: () => number
  deadline: number
  idUrl: string
  readCredentials: () => Promise<Credentials>
  onRetry: (retry: Retry) => void
}): SophosClient {
  const { gate, clock, random, deadline, onRetry } = options
  const calls: CallTally = { made: 0, retries: 0, throttled: 0 }
  let token: Token | undefined
  let renewing: Promise<Token> | undefined
  /** A token that was fresh and was refused all the same: a 401 is not its fault. */
  let vouched: Token | undefined
  let pausesInARow = 0
  let lastPauseAt = Number.NEGATIVE_INFINITY

  async function sendOnce(request: HttpRequest, isRetry: boolean): Promise<unknown> {
    const leave = await gate.enter()
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
    gate.pause(now + waitMs)
    onRetry({ waitMs, reason: 'Sophos answered 429: its rate limit is reached', everybody: true })
  }

  async function sendWithRetries(request: () => Promise<HttpRequest>, isRetry = false): Promise<unknown> {
    let before: unknown
    for (let tries = 1; ; tries++) {
      // Outside of the try: making a request may need a token, which has tries of its own.
      const http = await request()
      try {
        return await sendOnce(http, isRetry || tries > 1)
      } catch (error) {
        // No room for another try: what the last one came to is the answer.
        if (error instanceof OutOfBudgetError && before) throw before
        before = error
        // After a 429 the gate itself makes everybody wait.
        const waitMs = isThrottled(error) ? 0 : backoffMs(tries, random())
        if (!mayRetry(error, tries) || clock.now() + waitMs > deadline) throw error
        if (waitMs > 0) {
          onRetry({
            waitMs,
            reason: error instanceof Error ? error.message : String(error),
            everybody: false,
          })
          await clock.sleep(waitMs)
        }
      }
    }
  }

  async function fetchToken(): Promise<Token> {
    const credentials = await options.readCredentials()
    try {
      const body = await sendWithRetries(async () => tokenRequest(options.idUrl, credentials))
      token = parseToken(body, clock.now())
      return token
    } catch (error) {
      if (error instanceof RefusedError && [400, 401, 403].includes(error.status))
        throw new CredentialsError(error)
      throw error
    }
  }

  /** One token call at a time: whoever comes while one is under way shares it. Refused credentials stay refused. */
  async function usableToken(refused?: Token): Promise<Token> {
    if (token && token !== refused && !isDue(token, clock.now())) return token
    renewing ??= fetchToken().then(
      fresh => {
        renewing = undefined
        return fresh
      },
      (error: unknown) => {
        if (!(error instanceof CredentialsError)) renewing = undefined
        throw error
      },
    )
    return renewing
  }

  async function get(request: ApiRequest): Promise<unknown> {
    let used: Token | undefined
    const ask = (refused?: Token) =>
      sendWithRetries(async () => {
        used = await usableToken(refused)
        return toHttp(request, used)
      }, refused !== undefined)
    try {
      return await ask()
    } catch (error) {
      if (!isUnauthorized(error) || used === vouched) throw error
    }
    try {
      return await ask(used)
    } catch (error) {
      if (isUnauthorized(error)) vouched = used
      throw error
    }
  }

  return {
    signIn: async () => {
      await usableToken()
    },
    get,
    calls,
  }
}

const isUnauthorized = (error: unknown): boolean => error instanceof RefusedError && error.status === 401

function toHttp({ host, path, query, headers }: ApiRequest, token: Token): HttpRequest {
  const search = new URLSearchParams(query).toString()
  return {
    method: 'GET',
    url: `${host}${path}${search && `?${search}`}`,
    headers: { ...headers, authorization: `Bearer ${token.value}`, accept: 'application/json' },
  }
}
