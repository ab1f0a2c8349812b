import { decompress } from '../network/decompress.ts'
import { describeFailure, type TimeLimits } from '../network/failure.ts'
import { type Proxies, readProxies } from '../network/proxies.ts'
import { startTimer } from '../network/time-limit.ts'
import { EnvHttpProxyAgent, Pool } from '../network/undici.ts'
import type { Environment } from '../settings/variable.ts'
import { UnreachableError } from './errors.ts'

/** What goes out. The URL holds no secret; `headers` and `body` may, and are never logged. */
export type HttpRequest = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export type HttpAnswer = {
  readonly status: number
  readonly header: (name: string) => string | undefined
  readonly text: string
}

/** Sends one request once. Throws UnreachableError where no whole answer comes. */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>

/** A page of 100 tenants is about 60 KB; nothing that Sophos documents comes near this. */
const maxBytes = 16 * 1024 * 1024

/** An idle connection is closed before Sophos may close it: a call sent into that moment would be lost, and counted. */
const idleMs = 14_000

/** Of a call's time, so much for the connection, and so much for a pause within the answer. */
const longestStepMs = 10_000

/** So that Sophos' support can tell our calls from others. */
const userAgent = 'sophos-detections-dashboard'

/**
 * HTTP/1.1 by undici, through the proxy that the environment names. It follows no redirect, since the token must not, and
 * retries nothing, since each call is counted. `timeoutMs` is for the whole exchange, to the last byte of the answer.
 */
export function httpTransport(timeoutMs: number, environment: Environment = process.env): Transport {
  const step = Math.min(timeoutMs, longestStepMs)
  const limits = { whole: timeoutMs, connection: step, pause: step }
  const dispatcher = openDispatcher(limits, readProxies(environment))

  async function exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { origin, pathname, search } = new URL(request.url)
    const { statusCode, headers, body } = await dispatcher.request({
      origin,
      path: pathname + search,
      method: request.method,
      headers: { ...request.headers, 'user-agent': userAgent },
      body: request.body,
      signal,
    })
    const header = (name: string) => [headers[name.toLowerCase()] ?? []].flat()[0]
    const encoding = header('content-encoding')
    const text =
      encoding === undefined
        ? await body.text()
        : new TextDecoder().decode(await decompress(await body.bytes(), encoding, maxBytes))
    return { status: statusCode, header, text }
  }

  return async request => {
    const { signal, late, end } = startTimer(timeoutMs)
    try {
      return await Promise.race([exchange(request, signal), late])
    } catch (cause) {
      const why = describeFailure(signal.aborted ? signal.reason : cause, limits, maxBytes)
      throw new UnreachableError(why, { cause })
    } finally {
      end()
    }
  }
}

function openDispatcher(limits: TimeLimits, { http, https, except }: Proxies): EnvHttpProxyAgent {
  return new EnvHttpProxyAgent({
    httpProxy: http,
    httpsProxy: https,
    noProxy: except,
    // Only tunnels keep the limits below, and the token to ourselves.
    proxyTunnel: true,
    // The proxy's own answer to CONNECT would otherwise have five minutes.
    clientFactory: (proxy, options) => new Pool(proxy, { ...options, headersTimeout: limits.whole }),
    proxyTls: { allowH2: false },
    // With HTTP/2, one lost connection would lose all calls under way.
    allowH2: false,
    pipelining: 1,
    connectTimeout: limits.connection,
    headersTimeout: limits.whole,
    bodyTimeout: limits.pause,
    maxResponseSize: maxBytes,
    keepAliveTimeout: idleMs,
    // Also where the server promises to wait longer.
    keepAliveMaxTimeout: idleMs,
  })
}
