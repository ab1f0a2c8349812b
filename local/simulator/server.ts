import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveLocally } from '../loopback/serve.ts'
import { print } from '../print.ts'
import { type Answer, internalError } from './answers.ts'
import type { Call } from './call.ts'
import { answerTo, findHost, findRoute, tooMany } from './dispatch.ts'
import { type Fault, makeFaults, operationIn } from './faults.ts'
import { unit } from './hash.ts'
import { makeLimiter, parseLimits } from './limits.ts'
import { makeCentral, type SimulatorOptions } from './options.ts'
import { routes as allRoutes } from './routes/list.ts'
import type { World } from './world.ts'

/** One request as the service received it. Times in ms of the simulator's clock. */
type LogEntry = {
  readonly endpoint: string
  readonly method: string
  /** Path and query as received. */
  readonly address: string
  readonly region: string | undefined
  readonly tenantId: string | undefined
  /** The name of the GraphQL operation. */
  readonly operation: string | undefined
  /** Time of arrival, at which the rate limits count the request. */
  readonly receivedAt: number
  /** Time until the answer was sent, `undefined` before. */
  durationMs: number | undefined
  /** `undefined` before the answer, and if the connection was reset. */
  status: number | undefined
}

export type Simulator = {
  readonly url: string
  /** The id of the credential's partner, organization or tenant. */
  readonly accountId: string
  /** All requests so far, in the order of `receivedAt`. */
  readonly log: readonly LogEntry[]
  readonly faults: { add(fault: Fault): () => void }
  /** The truth behind the answers. */
  readonly world: World
  /** Closes all connections, including hanging ones. */
  close(): Promise<void>
}

/**
 * Starts a simulated Sophos Central, over real HTTP on one port of 127.0.0.1: id.sophos.com, api.central.sophos.com,
 * the hosts of the regions and Fusion's GraphQL (`<url>/graphql`). `url` holds the key of this start. If the real service's
 * behaviour is unknown, it is strict, so that clients must be careful.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { clock = Date.now, routes = allRoutes } = options
  const limits = options.rateLimits ?? '10/s 100/m 1000/h 200000/d'
  const limiter = makeLimiter(typeof limits === 'string' ? parseLimits(limits) : limits)
  const faults = makeFaults(routes)
  const log: LogEntry[] = []
  const { url, close } = await serveLocally(answerOrFail, options)
  const central = makeCentral(options, url)

  function answerOrFail(request: IncomingMessage, response: ServerResponse): void {
    serve(request, response).catch((error: unknown) => {
      // A client may disconnect while it sends. Anything else is a bug in the simulator.
      if (request.destroyed && !request.complete) return
      print(`simulator: ${error instanceof Error ? error.stack : error}\n`, process.stderr)
      if (!response.headersSent) send(response, internalError())
    })
  }

  let arrived = 0
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    arrived += 1
    const chance = [central.seed, arrived] as const
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    const { region, path } = findHost(pathname, central.apiHosts)
    const method = request.method ?? 'GET'
    const found = findRoute(routes, method, path)
    const endpoint = found?.route.name ?? 'unknown'
    const tenantHeader = request.headers['x-tenant-id']
    const tenantId = typeof tenantHeader === 'string' ? tenantHeader : undefined
    const body = await text(request)
    const target = { endpoint, tenantId, region, operation: operationIn(body) }

    const latencyMs = latencyOf(options.latency, target, unit(...chance, 1))
    const thereMs = Math.round(latencyMs * unit(...chance, 2))
    await pause(thereMs)

    // Synchronous from here to the answer, so that calls are counted and served in the order of the log.
    const now = clock()
    const address = request.url ?? '/'
    const entry: LogEntry = {
      ...target,
      method,
      address,
      receivedAt: now,
      durationMs: undefined,
      status: undefined,
    }
    log.push(entry)
    const waitMs = limiter.admit(now)
    const struck = waitMs === undefined ? faults.strike(target) : []
    if (struck.some(fault => fault.kind === 'expireTokens')) central.tokens.expireAll()
    const call: Call = {
      method,
      path,
      region,
      query: searchParams,
      headers: request.headers,
      body,
      now,
      faults: struck,
    }
    const answer =
      waitMs === undefined
        ? answerTo(call, central, found)
        : tooMany(options.retryAfter ?? 'off', now, waitMs)

    const delayMs = struck.reduce((sum, fault) => sum + (fault.kind === 'delay' ? fault.ms : 0), 0)
    await pause(latencyMs - thereMs + delayMs)
    if (struck.some(fault => fault.kind === 'hang')) return
    if (struck.some(fault => fault.kind === 'reset')) {
      request.socket.resetAndDestroy()
      return
    }
    entry.durationMs = clock() - now
    entry.status = answer.status
    send(response, answer)
  }

  return { url, accountId: central.accountId, log, faults: { add: faults.add }, world: central.world, close }
}

function latencyOf(
  latency: SimulatorOptions['latency'],
  call: { endpoint: string; tenantId: string | undefined },
  chance: number,
): number {
  if (latency === undefined) return 0
  if (typeof latency === 'function') return latency(call)
  return latency.min + Math.round(chance * (latency.max - latency.min))
}

async function pause(ms: number): Promise<void> {
  // `ref: false`: a pause must not keep the process alive after `close`.
  if (ms > 0) await sleep(ms, undefined, { ref: false })
}

function send(response: ServerResponse, answer: Answer): void {
  const [contentType, body] =
    'json' in answer ? ['application/json', JSON.stringify(answer.json)] : [answer.contentType, answer.text]
  // Clients must assume UTF-8, as the real service names no charset.
  response.writeHead(answer.status, { 'Content-Type': contentType, ...answer.headers }).end(body)
}
