import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
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
const maxAnswerBytes = 16 * 1024 * 1024

/** An idle connection is closed before Sophos may close it: a call sent into that moment would be lost, and counted. */
const idleMs = 15_000

/**
 * HTTP by node:http, which the AWS clients load anyway; fetch would take 15 MB more. It follows no redirect, since the token
 * must not, and retries nothing, since each call is counted. `timeoutMs` is for the whole exchange, to the last byte of
 * the answer.
 */
export function httpTransport(timeoutMs: number): Transport {
  const options = { keepAlive: true, timeout: idleMs }
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) }

  function exchange(
    url: string,
    request: RequestOptions,
    body: string | undefined,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = url.startsWith('https:')
        ? httpsRequest(url, { ...request, agent: agents.https })
        : httpRequest(url, { ...request, agent: agents.http })
      sent.on('response', resolve).on('error', reject).end(body)
    })
  }

  return async ({ method, url, headers, body }) => {
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const answer = await exchange(
        url,
        { method, headers: { ...headers, 'user-agent': userAgent }, signal },
        body,
      )
      const text = await readText(answer)
      const header = (name: string) => [answer.headers[name.toLowerCase()] ?? []].flat()[0]
      return { status: answer.statusCode ?? 0, text, header }
    } catch (cause) {
      const why = signal.aborted ? `no answer within ${timeoutMs / 1_000} seconds` : describe(cause)
      throw new UnreachableError(why, { cause })
    }
  }
}

/** So that Sophos' support can tell our calls from others. */
const userAgent = 'sophos-detections-dashboard'

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer) {
    bytes += chunk.length
    if (bytes > maxAnswerBytes) throw new Error(`the answer is larger than ${maxAnswerBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error ? `${error.message || error.name} (${error.code})` : error.message
}
