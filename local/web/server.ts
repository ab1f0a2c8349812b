import type { IncomingMessage, ServerResponse } from 'node:http'
import { serveLocally } from '../loopback/serve.ts'
import { print } from '../print.ts'
import { textAnswer } from './answer.ts'
import type { ReadValue } from './edge-runtime.ts'
import { type Asked, type ReadObject, responder } from './respond.ts'

type Options = {
  /** The stack's template, which declares what is served from where, with which headers, and to which viewers. */
  readonly template: unknown
  readonly readObject: ReadObject
  /** The key-value store of the edge function. Default: empty, as after the first deploy. */
  readonly readValue?: ReadValue
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
}

/**
 * Starts a stand-in for CloudFront. It answers as the deployed distribution does, without a cache and without https, at an
 * address that holds the key of this start.
 * @throws Error if the template declares something unsupported, or if the port is taken.
 */
export async function startWeb({
  template,
  readObject,
  readValue = async () => undefined,
  host = '127.0.0.1',
  port = 0,
}: Options): Promise<{ url: string; close: () => Promise<void> }> {
  const respond = responder(template, readObject, readValue)
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await respond(askedBy(request)).catch((error: unknown) => {
      print(
        `${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}\n`,
        process.stderr,
      )
      return textAnswer(502, 'The origin could not be read. The console shows the reason.')
    })
    // A 304 has no body, so no length either.
    response.writeHead(status, status === 304 ? headers : { ...headers, 'content-length': body.length })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  const { url, close } = await serveLocally(answer, { port, host })
  return { url: `${url}/`, close }
}

const askedBy = (request: IncomingMessage): Asked => ({
  method: request.method ?? '',
  target: request.url ?? '',
  ip: request.socket.remoteAddress ?? '',
  headers: Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(', ')]),
  ),
})
