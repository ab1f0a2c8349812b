import { UnreachableError } from '../lambda/sophos/errors.ts'
import type { HttpAnswer, Transport } from '../lambda/sophos/transport.ts'
import { answerTo, findHost, findRoute, tooMany } from '../local/simulator/dispatch.ts'
import { makeFaults, operationIn } from '../local/simulator/faults.ts'
import { hash, unit } from '../local/simulator/hash.ts'
import { makeLimiter, parseLimits } from '../local/simulator/limits.ts'
import { makeCentral, type SimulatorOptions } from '../local/simulator/options.ts'
import { routes as allRoutes } from '../local/simulator/routes/list.ts'
import type { VirtualClock } from './virtual-clock.ts'

const sophosUrl = 'https://api.central.sophos.com'

/** One call and its answer, as the server saw them. Times in ms. */
export type Served = {
  readonly endpoint: string
  readonly tenantId: string | undefined
  readonly path: string
  readonly query: URLSearchParams
  readonly body: string
  /** When the server received the call. */
  readonly receivedAt: number
  /** When the answer, or the news that there is none, reached the client. */
  readonly endedAt: number
  /** `undefined` where the client got no answer. */
  readonly answer: { readonly status: number; readonly json: unknown } | undefined
}

/** The time-out of the real transport. */
const requestTimeoutMs = 30_000

/**
 * The simulator without HTTP, in virtual time: a day takes seconds. The time of a call is random within the latency's
 * bounds, from the seed, and the server counts it at a random time within it. A hanging call ends with the time-out.
 */
export function virtualSophos(
  clock: VirtualClock,
  options: SimulatorOptions & { latencyMs: readonly [number, number] },
) {
  const { routes = allRoutes } = options
  const central = makeCentral({ apiHosts: 'one', ...options }, sophosUrl)
  const limits = options.rateLimits ?? '10/s 100/m 1000/h 200000/d'
  const limiter = makeLimiter(typeof limits === 'string' ? parseLimits(limits) : limits)
  const faults = makeFaults(routes)
  const received: number[] = []
  /** How often each tenant's counts were asked for. */
  const countsAsked = new Map<string, number>()
  let tellCounts: (tenantId: string, total: number) => void = () => undefined
  const fusionListeners: ((tenantId: string, json: unknown) => void)[] = []
  const listeners: ((served: Served) => void)[] = []
  let sent = 0

  const send: Transport = async ({ method, url, headers, body = '' }): Promise<HttpAnswer> => {
    sent += 1
    const [least, most] = options.latencyMs
    const latency = least + (most - least) * unit(hash(central.seed, sent), 1)
    const there = latency * unit(hash(central.seed, sent), 2)
    await clock.sleep(there)

    const { pathname, searchParams } = new URL(url)
    const { region, path } = findHost(pathname, central.apiHosts)
    const found = findRoute(routes, method, path)
    const tenantId = headers['x-tenant-id']
    const now = clock.now()
    received.push(now)
    if (found?.route.name === 'counts' && tenantId)
      countsAsked.set(tenantId, (countsAsked.get(tenantId) ?? 0) + 1)
    const waitMs = limiter.admit(now)
    const struck =
      waitMs === undefined
        ? faults.strike({
            endpoint: found?.route.name ?? 'unknown',
            tenantId,
            region,
            operation: operationIn(body),
          })
        : []
    if (struck.some(({ kind }) => kind === 'expireTokens')) central.tokens.expireAll()
    const call = { method, path, region, query: searchParams, headers, body, now, faults: struck }
    const answer =
      waitMs === undefined
        ? answerTo(call, central, found)
        : tooMany(options.retryAfter ?? 'off', now, waitMs)
    const tell = (heard: Served['answer']) => {
      const endpoint = found?.route.name ?? 'unknown'
      const served = { endpoint, tenantId, path, query: searchParams, body, receivedAt: now, answer: heard }
      for (const listener of listeners) listener({ ...served, endedAt: clock.now() })
    }
    if (struck.some(({ kind }) => kind === 'hang')) {
      await clock.sleep(requestTimeoutMs - there)
      tell(undefined)
      throw new UnreachableError('no answer within 30 seconds')
    }
    if (found?.route.name === 'counts' && answer.status === 200 && 'json' in answer) {
      tellCounts(tenantId ?? '', totalOf(answer.json))
    }
    await clock.sleep(latency - there)
    if (struck.some(({ kind }) => kind === 'reset')) {
      tell(undefined)
      throw new UnreachableError('the connection was reset')
    }
    tell({ status: answer.status, json: 'json' in answer ? answer.json : undefined })
    // An answer that was lost on its way told the client nothing.
    if (found?.route.name === 'fusion') {
      const json = answer.status === 200 && 'json' in answer ? answer.json : undefined
      for (const listener of fusionListeners) listener(tenantId ?? '', json)
    }

    const answered = new Headers(answer.headers)
    return {
      status: answer.status,
      text: 'json' in answer ? JSON.stringify(answer.json) : answer.text,
      header: name => answered.get(name) ?? undefined,
    }
  }
  const onCounts = (listener: typeof tellCounts) => {
    tellCounts = listener
  }
  const onFusion = (listener: (typeof fusionListeners)[number]) => void fusionListeners.push(listener)
  /** Tells of every call when it ends, the ones that get no answer too. */
  const onServed = (listener: (typeof listeners)[number]) => void listeners.push(listener)
  return { send, onCounts, onFusion, onServed, received, countsAsked, faults, world: central.world, central }
}

/** Returns the sum of the buckets in an answer of the counts endpoint. */
function totalOf(json: unknown): number {
  // A fault may have taken the buckets out.
  const { resolutionDetectionCounts: buckets = [] } = json as {
    resolutionDetectionCounts?: { totalCount: number }[]
  }
  return buckets.reduce((sum, { totalCount }) => sum + totalCount, 0)
}

/** Returns the most calls in any window of this length, by the server's times. */
export function mostInWindow(received: readonly number[], periodMs: number): number {
  const times = [...received].sort((a, b) => a - b)
  let most = 0
  let first = 0
  for (const [last, time] of times.entries()) {
    while ((times[first] ?? 0) <= time - periodMs) first += 1
    most = Math.max(most, last - first + 1)
  }
  return most
}
