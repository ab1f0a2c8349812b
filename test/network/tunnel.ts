import { readFileSync } from 'node:fs'
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { listen } from '../../local/listen.ts'

/**
 * The certificate of proxied.test and *.proxied.test, self-signed, good until 2126; its key lies beside it. It protects
 * nothing: `.test` names do not exist outside of tests.
 */
export const certificateFile = fileURLToPath(new URL('test-only-certificate.pem', import.meta.url))
const keyFile = fileURLToPath(new URL('test-only-key.pem', import.meta.url))

export type Tunnel = {
  /** The address of the proxy. */
  readonly url: string
  /** What the proxy was asked to connect to, as `host:port`, in order. */
  readonly targets: string[]
  /** The environment of a process whose calls are to go through the proxy. */
  readonly env: { readonly HTTPS_PROXY: string; readonly NODE_EXTRA_CA_CERTS: string }
  close(): Promise<void>
}

/**
 * Starts an HTTP proxy that opens tunnels, and behind it an HTTPS server for *.proxied.test, names that can be reached
 * in no other way. It passes each request to the stand-in for its host, and gives the stand-in's address in an answer
 * its own name.
 */
export async function startTunnel(standIns: Readonly<Record<string, string>>): Promise<Tunnel> {
  const tls = createTlsServer({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) }, pass)
  const origin = await listen(tls, 0)
  const targets: string[] = []
  const proxy = await startProxy(({ url = '' }, socket) => {
    targets.push(url)
    const through = connect(Number(new URL(origin.url).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      // How a tunnel ends is the business of its two ends.
      pipeline(through, socket, through, () => undefined)
    })
  })

  function pass(...[request, response]: Parameters<RequestListener>): void {
    const { host = '' } = request.headers
    const standIn = standIns[host]
    if (standIn === undefined) return void response.writeHead(502).end(`no stand-in for ${host}`)
    const { method } = request
    // A stand-in answers under the names of this machine only.
    const headers = { ...request.headers, host: new URL(standIn).host, 'x-forwarded-host': host }
    const passed = httpRequest(standIn + request.url, { method, headers }, async answer => {
      const body = (await buffer(answer)).toString('latin1').replaceAll(standIn, `https://${host}`)
      const { 'content-length': _, ...rest } = answer.headers
      response.writeHead(answer.statusCode ?? 0, rest).end(body, 'latin1')
    })
    request.pipe(passed)
  }

  return {
    url: proxy.url,
    targets,
    env: { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: certificateFile },
    close: async () => void (await Promise.all([proxy.close(), origin.close()])),
  }
}

/** Starts a proxy that does with each CONNECT request what `answer` does with its socket. */
export async function startProxy(
  answer: (request: IncomingMessage, socket: Socket) => void,
): Promise<{ url: string; close: () => Promise<void> }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer().on('connect', (request, socket: Socket) => {
    sockets.add(socket)
    answer(request, socket)
  })
  const { url, close } = await listen(server, 0)
  return {
    url,
    async close() {
      // A tunnel is no connection of the server's any more.
      for (const socket of sockets) socket.destroy()
      await close()
    },
  }
}
