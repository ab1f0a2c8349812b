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

/**
 * HTTP by Node's own fetch. It follows no redirect, since the token must not, and retries nothing, since each call is
 * counted. `timeoutMs` is for the whole exchange, to the last byte of the answer.
 */
export function httpTransport(timeoutMs: number): Transport {
  return async ({ method, url, headers, body }) => {
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const answer = await fetch(url, {
        method,
        headers: { ...headers, 'user-agent': userAgent },
        body,
        signal,
        redirect: 'manual',
      })
      const text = await readText(answer)
      return { status: answer.status, header: name => answer.headers.get(name) ?? undefined, text }
    } catch (cause) {
      throw new UnreachableError(
        signal.aborted ? `no answer within ${timeoutMs / 1_000} seconds` : describe(cause),
        { cause },
      )
    }
  }
}

/** So that Sophos' support can tell our calls from others. */
const userAgent = 'sophos-detections-dashboard'

async function readText(answer: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxAnswerBytes) throw new Error(`the answer is larger than ${maxAnswerBytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** fetch says only "fetch failed"; what happened is in the cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner = error.cause instanceof Error ? error.cause : error
  return 'code' in inner ? `${inner.message || inner.name} (${inner.code})` : inner.message
}
