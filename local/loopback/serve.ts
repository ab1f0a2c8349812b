import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { listen } from '../listen.ts'
import { judge, type Verdict } from './guard.ts'

/**
 * Starts a server that only those can use who know its address: it ends with a random key of 128 bits, new at each start
 * and without a slash. `answer` sees the requests that the guard admits, with `url` as if there were no key. Port 0 means
 * any free port. Rejects if the port is taken.
 *
 * All servers in local/ start here, so that none is without the guard.
 */
export async function serveLocally(
  answer: RequestListener,
  { port = 0, host = '127.0.0.1' }: { readonly port?: number; readonly host?: string } = {},
): Promise<{ url: string; close: () => Promise<void> }> {
  const key = randomBytes(16).toString('base64url')
  const server = createServer((request, response) => {
    const verdict = judge(askedBy(request), key)
    if (!('target' in verdict)) return turnAway(response, verdict)
    request.url = verdict.target
    answer(request, response)
  })
  const { url, close } = await listen(server, port, host)
  return { url: `${url}/${key}`, close }
}

const askedBy = ({ url = '', headers }: IncomingMessage) => ({
  target: url,
  host: headers.host,
  origin: headers.origin,
  fetchSite: headers['sec-fetch-site']?.toString(),
  fetchMode: headers['sec-fetch-mode']?.toString(),
})

function turnAway(response: ServerResponse, verdict: Exclude<Verdict, { target: string }>): void {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    // The body of a refused request is not read.
    connection: 'close',
  }
  if ('location' in verdict) response.writeHead(308, { ...headers, location: verdict.location }).end()
  else response.writeHead(403, headers).end(`${verdict.refusal}\n`)
}
