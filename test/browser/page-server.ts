import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'

/** What the server does with a polled file: serves it, or fails in one of several ways. */
type Serving =
  | { text: string | Uint8Array; type?: string; etag?: false; lastModified?: Date }
  | { status: number; text?: string; type?: string }
  | 'break off'
  | 'hang'

export type PageServer = {
  address: string
  /** The polled files by name. A missing name gives 404. A test may change it at any time. */
  files: Map<string, Serving>
  /** Every request since the last clear, with the status that it got. */
  requests: { path: string; status: number; host: string | undefined }[]
  /** The time in the server's `Date` header, in ms since 1970; without it, there is no header. */
  clock: { date: number | undefined }
  close: () => Promise<void>
}

const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** Files from the data bucket, and settings.json. All others belong to the page itself. */
const isPolled = (name: string) => /\.(csv|json|gz)$/.test(name)

/**
 * Serves the built page from `root` under the strictest Content-Security-Policy, on a free port of the loopback
 * interface.
 */
export async function servePage(root: string): Promise<PageServer> {
  const files: PageServer['files'] = new Map()
  const requests: PageServer['requests'] = []
  const clock: PageServer['clock'] = { date: undefined }

  const server = createServer((request, response) => {
    response.on('close', () =>
      requests.push({ path: request.url ?? '', status: response.statusCode, host: request.headers.host }),
    )
    response.setHeader('Content-Security-Policy', csp)
    response.sendDate = false
    if (clock.date !== undefined) response.setHeader('Date', new Date(clock.date).toUTCString())
    const name = new URL(request.url ?? '/', 'http://page').pathname.slice(1)
    if (isPolled(name)) servePolled(files.get(name), request, response)
    else void serveBuilt(join(root, normalize(name || 'index.html')), response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The test server has no port.')
  return {
    address: `http://127.0.0.1:${bound.port}/`,
    files,
    requests,
    clock,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

function servePolled(serving: Serving | undefined, request: IncomingMessage, response: ServerResponse) {
  if (serving === 'hang') return
  if (serving === 'break off') {
    response.writeHead(200, { 'Content-Type': 'text/csv', 'Content-Length': 10_000 })
    response.write('ID,Name\r\n1,', () => response.destroy())
    return
  }
  if (serving === undefined || 'status' in serving) {
    response.writeHead(serving?.status ?? 404, { 'Content-Type': serving?.type ?? 'application/xml' })
    response.end(serving?.text ?? '<Error/>')
    return
  }
  const etag = `"${createHash('sha256').update(serving.text).digest('base64url')}"`
  if (serving.etag !== false) response.setHeader('ETag', etag)
  if (serving.lastModified) response.setHeader('Last-Modified', serving.lastModified.toUTCString())
  const unchanged =
    (serving.etag !== false && request.headers['if-none-match'] === etag) ||
    (serving.lastModified && request.headers['if-modified-since'] === serving.lastModified.toUTCString())
  if (unchanged) {
    response.writeHead(304)
    response.end()
    return
  }
  response.writeHead(200, { 'Content-Type': serving.type ?? 'text/csv; charset=utf-8' })
  response.end(serving.text)
}

async function serveBuilt(path: string, response: ServerResponse) {
  try {
    const content = await readFile(path)
    response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' })
    response.end(content)
  } catch {
    response.writeHead(404)
    response.end()
  }
}
