import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { UnreachableError } from '../../../lambda/sophos/errors.ts'
import { httpTransport } from '../../../lambda/sophos/transport.ts'
import { listen } from '../../../local/listen.ts'
import { certificateFile, startProxy, startTunnel } from '../../network/tunnel.ts'

const usual = getCACertificates('default')
const trust = async () => setDefaultCACertificates([...usual, await readFile(certificateFile, 'utf8')])

const started: { close(): Promise<void> }[] = []
afterEach(async () => {
  setDefaultCACertificates(usual)
  await Promise.all(started.splice(0).map(one => one.close()))
})

async function start<Thing extends { close(): Promise<void> }>(starting: Promise<Thing>): Promise<Thing> {
  const thing = await starting
  started.push(thing)
  return thing
}

async function startEcho() {
  const server = createServer((request, response) => {
    const { host, 'x-forwarded-host': asked = host, authorization } = request.headers
    response.end(`${request.method} ${request.url} ${asked} ${authorization}`)
  })
  return start(listen(server, 0))
}

const get = (url: string, environment: Record<string, string>, timeoutMs = 5_000) =>
  httpTransport(timeoutMs, environment)({ method: 'GET', url, headers: { authorization: 'Bearer t' } })

describe('the proxy of the environment', () => {
  it.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY'])('in %s carries https: calls', async name => {
    await trust()
    const echo = await startEcho()
    const tunnel = await start(startTunnel({ 'sophos.proxied.test': echo.url }))
    const { text } = await get('https://sophos.proxied.test/a?b=c', { [name]: tunnel.url })
    expect(text).toBe('GET /a?b=c sophos.proxied.test Bearer t')
    expect(tunnel.targets).toEqual(['sophos.proxied.test:443'])
  })

  it('gets its password, and nothing of the call but its host', async () => {
    const requests: IncomingMessage[] = []
    const proxy = await start(
      startProxy((request, socket) => {
        requests.push(request)
        socket.end('HTTP/1.1 503 Busy\r\n\r\n')
      }),
    )
    const HTTPS_PROXY = proxy.url.replace('http://', 'http://me:p%40ss@')
    await expect(get('https://sophos.proxied.test/a?b', { HTTPS_PROXY })).rejects.toThrow('refused')
    expect(requests.map(({ url }) => url)).toEqual(['sophos.proxied.test:443'])
    expect(requests[0]?.headers['proxy-authorization']).toBe(`Basic ${btoa('me:p@ss')}`)
    expect(requests[0]?.headers.authorization).toBeUndefined()
  })

  it.each(['proxied.test', '.proxied.test', '*.proxied.test', 'sophos.proxied.test:443', '*'])(
    'is gone around with NO_PROXY=%s',
    async NO_PROXY => {
      const tunnel = await start(startTunnel({}))
      const call = get('https://sophos.proxied.test/', { HTTPS_PROXY: tunnel.url, NO_PROXY })
      await expect(call).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/)
      expect(tunnel.targets).toEqual([])
    },
  )

  it('sees no call to this machine', async () => {
    const echo = await startEcho()
    const tunnel = await start(startTunnel({}))
    await get(echo.url, { HTTP_PROXY: tunnel.url })
    await get(echo.url.replace('127.0.0.1', 'localhost'), { HTTP_PROXY: tunnel.url })
    expect(tunnel.targets).toEqual([])
  })
})

describe('an error says', () => {
  const refusal = (status: number) => (_: IncomingMessage, socket: Socket) =>
    void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)

  it.each<[string, (request: IncomingMessage, socket: Socket) => void, string, number?]>([
    [
      'that the proxy wants a password',
      refusal(407),
      'the proxy asks for a valid user name and password (407)',
    ],
    ['that the proxy refuses', refusal(403), 'the proxy refused to connect (403)'],
    ['that the proxy closes', (_, socket) => void socket.end(), 'the proxy closed the connection'],
    ['that the proxy is silent', () => undefined, 'no answer within 0.2 seconds', 200],
  ])('%s', async (_, answer, message, ms = 5_000) => {
    let connections = 0
    const proxy = await start(
      startProxy((request, socket) => {
        connections++
        answer(request, socket)
      }),
    )
    const error = await get('https://sophos.proxied.test/', { HTTPS_PROXY: proxy.url }, ms).catch(
      (caught: unknown) => caught,
    )
    expect(error).toBeInstanceOf(UnreachableError)
    expect(String(error)).toBe(`UnreachableError: ${message}`)
    expect(connections).toBe(1)
  })

  it('that there is no proxy at its address', async () => {
    const proxy = await startProxy(() => undefined)
    await proxy.close()
    await expect(get('https://sophos.proxied.test/', { HTTPS_PROXY: proxy.url })).rejects.toThrow(
      /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/,
    )
  })

  it('that the name is unknown', async () => {
    await expect(get('https://nowhere.invalid/', {})).rejects.toThrow(
      /^getaddrinfo (ENOTFOUND|EAI_AGAIN) nowhere\.invalid/,
    )
  })

  it('that the certificate is not trusted, and what to do', async () => {
    const tunnel = await start(startTunnel({}))
    await expect(get('https://sophos.proxied.test/', { HTTPS_PROXY: tunnel.url })).rejects.toThrow(
      /^the certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\..*NODE_EXTRA_CA_CERTS/,
    )
  })

  it('that the certificate is for another name', async () => {
    await trust()
    const tunnel = await start(startTunnel({}))
    await expect(get('https://elsewhere.test/', { HTTPS_PROXY: tunnel.url })).rejects.toThrow(
      /elsewhere\.test.*\(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
    )
  })
})
