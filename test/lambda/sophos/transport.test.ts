import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { UnreachableError } from '../../../lambda/sophos/errors.ts'
import { httpTransport } from '../../../lambda/sophos/transport.ts'

let server: Server | undefined

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener)
  server = started
  await new Promise<void>(resolve => started.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`
}

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

const get = (url: string, timeoutMs = 5_000) =>
  httpTransport(timeoutMs)({ method: 'GET', url, headers: { authorization: 'Bearer t' } })

describe('the transport', () => {
  it('sends what it is given and answers status, headers and text', async () => {
    const url = await serve((request, response) => {
      response.writeHead(201, { 'Retry-After': '7' })
      response.end(`${request.method} ${request.url} ${request.headers.authorization} Größe`)
    })
    const answer = await get(`${url}/a?b=c`)
    expect(answer).toMatchObject({ status: 201, text: 'GET /a?b=c Bearer t Größe' })
    expect(answer.header('retry-after')).toBe('7')
    expect(answer.header('absent')).toBeUndefined()
  })

  it('follows no redirect, since the token would travel with it', async () => {
    const paths: (string | undefined)[] = []
    const url = await serve((request, response) => {
      paths.push(request.url)
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect((await get(`${url}/here`)).status).toBe(302)
    expect(paths).toEqual(['/here'])
  })

  it.each<[string, RequestListener, RegExp]>([
    ['no answer comes', () => undefined, /no answer within 0\.1 seconds/],
    [
      'the answer stops half-way',
      (_, response) => void response.writeHead(200).write('half'),
      /no answer within 0\.1 seconds/,
    ],
    [
      'the connection is reset',
      request => void request.socket.resetAndDestroy(),
      /ECONNRESET|other side closed/,
    ],
    ['the answer is not HTTP', request => void request.socket.end('hello\r\n\r\n'), /HTTP|Parse|Expected/],
    [
      'the answer does not end',
      (_, response) => {
        response.writeHead(200)
        const chunk = Buffer.alloc(4 * 1024 * 1024)
        const fill = () => response.write(chunk, error => error ?? fill())
        fill()
      },
      /larger than/,
    ],
  ])('says so where %s', async (_, listener, message) => {
    const url = await serve(listener)
    const error = await get(url, message.source.includes('within') ? 100 : 5_000).catch(
      (caught: unknown) => caught,
    )
    expect(error).toBeInstanceOf(UnreachableError)
    expect(String(error)).toMatch(message)
  })

  it('says so if nothing listens there', async () => {
    const url = await serve(() => undefined)
    await new Promise(resolve => server?.close(resolve))
    await expect(get(url)).rejects.toThrow(/ECONNREFUSED/)
  })
})
