import type { Clock } from '../clock.ts'
import type { Gate } from '../pacing/gate.ts'
import { createMask } from '../text/mask.ts'
import { CredentialsError, RefusedError } from './errors.ts'
import { type CallTally, createSender, type Guard, type Retry } from './sender.ts'
import { type Credentials, isDue, parseToken, type Token, tokenRequest } from './token.ts'
import type { HttpRequest, Transport } from './transport.ts'

/** One API request. `host` is a checked base address; `headers` name the tenant or the partner. */
export type ApiRequest = {
  readonly host: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

export type SophosClient = {
  /** Gets a token, unless there is one. Throws CredentialsError if the credentials are refused, or what reading them threw. */
  signIn(): Promise<void>
  /** Sends a GET, with retries. Returns the parsed JSON. Throws what `errors.ts` lists, or OutOfBudgetError. */
  get(request: ApiRequest): Promise<unknown>
  /** Sends a POST with a JSON body. It is retried like a GET, so use it only for what may happen twice. */
  post(request: ApiRequest, json: unknown): Promise<unknown>
  /** Returns the same client for one endpoint: it checks the guard before each call, and reports each result to it. */
  guardedBy(guard: Guard): SophosClient
  readonly calls: Readonly<CallTally>
}

/**
 * Creates the client of one run. It holds the token. After a 401 it renews the token and tries once more; refused
 * credentials are not tried again in the same run. The sender handles every other error. What comes back holds neither the
 * credentials nor a token, whatever the other side repeats.
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
  const { clock } = options
  const mask = createMask()
  const { send, calls } = createSender({ ...options, hide: mask.hide })
  let token: Token | undefined
  let renewing: Promise<Token> | undefined
  /** A new token that got a 401 too: a newer one will not help. */
  let refusedNew: Token | undefined

  async function fetchToken(): Promise<Token> {
    const credentials = await options.readCredentials()
    mask.add(credentials.clientId)
    mask.add(credentials.clientSecret)
    try {
      const body = await send(async () => tokenRequest(options.idUrl, credentials), { isToken: true })
      token = parseToken(body, clock.now())
      mask.add(token.value)
      return token
    } catch (error) {
      if (error instanceof RefusedError && [400, 401, 403].includes(error.status))
        throw new CredentialsError(error)
      throw error
    }
  }

  /** Makes one token call at a time, shared by all callers. Refused credentials stay refused. */
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

  async function ask(request: ApiRequest, json?: unknown, guard?: Guard): Promise<unknown> {
    let used: Token | undefined
    const askWith = (refused?: Token) =>
      send(
        async () => {
          used = await usableToken(refused)
          return toHttp(request, json, used)
        },
        { guard, isRetry: refused !== undefined },
      )
    try {
      return await askWith()
    } catch (error) {
      if (!isUnauthorized(error) || used === refusedNew) throw error
    }
    try {
      return await askWith(used)
    } catch (error) {
      if (isUnauthorized(error)) refusedNew = used
      throw error
    }
  }

  async function signIn(): Promise<void> {
    await usableToken()
  }

  const clientWith = (guard?: Guard): SophosClient => ({
    signIn,
    get: request => ask(request, undefined, guard),
    post: (request, json) => ask(request, json, guard),
    guardedBy: clientWith,
    calls,
  })
  return clientWith()
}

const isUnauthorized = (error: unknown): boolean => error instanceof RefusedError && error.status === 401

function toHttp({ host, path, query, headers }: ApiRequest, json: unknown, token: Token): HttpRequest {
  const search = new URLSearchParams(query).toString()
  const request = {
    url: `${host}${path}${search && `?${search}`}`,
    headers: { ...headers, authorization: `Bearer ${token.value}`, accept: 'application/json' },
  }
  if (json === undefined) return { ...request, method: 'GET' }
  return {
    ...request,
    method: 'POST',
    headers: { ...request.headers, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  }
}
