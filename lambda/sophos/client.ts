import type { Clock } from '../clock.ts'
import type { Gate } from '../pacing/gate.ts'
import { CredentialsError, RefusedError } from './errors.ts'
import { type CallTally, createSender, type Guard, type Retry } from './sender.ts'
import { type Credentials, isDue, parseToken, type Token, tokenRequest } from './token.ts'
import type { HttpRequest, Transport } from './transport.ts'

/** A question to the API. `host` is a checked base address, `headers` say on whose behalf it is asked. */
export type ApiRequest = {
  readonly host: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

export type SophosClient = {
  /** Makes sure that there is a token. Throws CredentialsError where the credentials are refused, or what reading them threw. */
  signIn(): Promise<void>
  /** Asks, and asks again where that may help. Answers the parsed JSON, or throws what `errors.ts` lists, or OutOfBudgetError. */
  get(request: ApiRequest): Promise<unknown>
  /** As `get`, with a JSON body. It is repeated just the same, so it is only for what may happen twice. */
  post(request: ApiRequest, json: unknown): Promise<unknown>
  /** The same client for one endpoint: each of its calls asks the guard first, and tells it what came of it. */
  guardedBy(guard: Guard): SophosClient
  readonly calls: Readonly<CallTally>
}

/**
 * The client of one run. It holds the token: 401 renews it once and asks once more, and credentials that were refused
 * are not tried again in the same run. All else that can go wrong with a call is the sender's.
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
  const { send, calls } = createSender(options)
  let token: Token | undefined
  let renewing: Promise<Token> | undefined
  /** A token that was fresh and was refused all the same: a 401 is not its fault. */
  let vouched: Token | undefined

  async function fetchToken(): Promise<Token> {
    const credentials = await options.readCredentials()
    try {
      const body = await send(async () => tokenRequest(options.idUrl, credentials))
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
      if (!isUnauthorized(error) || used === vouched) throw error
    }
    try {
      return await askWith(used)
    } catch (error) {
      if (isUnauthorized(error)) vouched = used
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
