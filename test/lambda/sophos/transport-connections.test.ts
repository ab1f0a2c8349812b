import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { httpTransport } from '../../../lambda/sophos/transport.ts'
import { listen } from '../../../local/listen.ts'

let close: (() => Promise<void>) | undefined
let server: Server

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener)
  const started = await listen(server, 0)
  close = started.close
  return started.url
}

afterEach(async () => {
  await close?.()
  close = undefined
})

const send = (url: string, transport = httpTransport(30_000)) =>
  transport({ method: 'GET', url, headers: {} })

describe('a connection', () => {
  function countConnections(): () => number {
    let count = 0
    server.on('connection', () => count++)
    return () => count
  }

  it('is used again for later requests', async () => {
    const url = await serve((_, response) => void response.end('{}'))
    const connections = countConnections()
    const transport = httpTransport(5_000)
    for (let i = 0; i < 5; i++) await send(url, transport)
    // The second request may come before the first connection is free again.
    expect(connections()).toBeLessThanOrEqual(2)
  })

  it('carries one request at a time', async () => {
    const connections = new Set<unknown>()
    const arrived = Promise.withResolvers<() => void>()
    const url = await serve((request, response) => {
      connections.add(request.socket)
      const answer = () => void response.end('{}')
      if (request.url === '/slow') arrived.resolve(answer)
      else answer()
    })
    const transport = httpTransport(5_000)
    const slow = send(`${url}/slow`, transport)
    const answerSlow = await arrived.promise
    // It overtakes the first, which it could not on the same connection.
    await send(`${url}/quick`, transport)
    answerSlow()
    await slow
    expect(connections.size).toBe(2)
  })

  it('that is reset costs one call, not two', async () => {
    const paths: (string | undefined)[] = []
    const url = await serve(({ url: path, socket }) => {
      paths.push(path)
      socket.resetAndDestroy()
    })
    await expect(send(`${url}/once`)).rejects.toThrow(/ECONNRESET|other side closed/)
    expect(paths).toEqual(['/once'])
  })
})

describe('an answer that breaks off says so', () => {
  const closed = /^the other side closed the connection before its answer was complete$/
  const half = (response: ServerResponse, headers = {}) =>
    new Promise(resolve => response.writeHead(200, headers).write('half', resolve))

  it.each<[string, RequestListener, RegExp]>([
    ['before it begins', ({ socket }) => void socket.end(), closed],
    [
      'in the middle',
      ({ socket }, response) => void half(response, { 'content-length': 99 }).then(() => socket.end()),
      closed,
    ],
    ['between chunks', ({ socket }, response) => void half(response).then(() => socket.end()), closed],
    [
      'by a reset',
      ({ socket }, response) => void half(response).then(() => socket.resetAndDestroy()),
      /^read ECONNRESET$|other side closed/,
    ],
    [
      'by something that is not HTTP',
      ({ socket }) => void socket.end('hello\r\n\r\n'),
      /^Response does not match the HTTP\/1\.1 protocol \(Expected HTTP.*\)$/,
    ],
    [
      'by headers without an end',
      ({ socket }) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(99_000)}`),
      /^Headers Overflow Error/,
    ],
  ])('%s', async (_, listener, message) => {
    await expect(send(await serve(listener))).rejects.toThrow(message)
  })
})

describe('a compressed answer, which was not asked for,', () => {
  const text = JSON.stringify({ name: 'Größe', list: Array(1_000).fill('x') })
  const respond =
    (encoding: string, body: Buffer, status = 200): RequestListener =>
    (_, response) =>
      void response.writeHead(status, { 'content-encoding': encoding }).end(body)

  it.each([
    ['gzip', gzipSync(text), 200],
    ['GZIP', gzipSync(text), 429],
    ['x-gzip', gzipSync(text), 500],
    ['br', brotliCompressSync(text), 200],
    ['deflate', deflateSync(text), 403],
    ['identity', Buffer.from(text), 200],
  ])('is read: %s', async (encoding, body, status) => {
    const url = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBeUndefined()
      respond(encoding, body, status)(request, response)
    })
    expect(await send(url)).toMatchObject({ status, text })
  })

  it.each([
    ['too large only when it is unpacked', 'gzip', gzipSync(Buffer.alloc(64 << 20)), 'larger than 16 MiB'],
    ['damaged', 'gzip', Buffer.from('no gzip at all'), 'the answer is damaged: it is not gzip'],
    ['cut off', 'gzip', gzipSync(text).subarray(0, 50), 'the answer is damaged: it is not gzip'],
    ['of an unknown kind', 'zstd', Buffer.from('x'), 'compressed in an unknown way'],
  ])('is an error where it is %s', async (_, encoding, body, message) => {
    await expect(send(await serve(respond(encoding, body)))).rejects.toThrow(message)
  })
})
