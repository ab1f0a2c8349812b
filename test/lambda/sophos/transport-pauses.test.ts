import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { httpTransport } from '../../../lambda/sophos/transport.ts'
import { listen } from '../../../local/listen.ts'

let server: Server
let close: () => Promise<void>

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener)
  const { url, ...started } = await listen(server, 0)
  close = started.close
  return url
}

// All tests of this file: undici goes on with the timers of its first request.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(async () => {
  vi.useRealTimers()
  await close()
})

const send = (url: string) => httpTransport(30_000)({ method: 'GET', url, headers: {} })

it('an answer that pauses is given up after ten seconds, long before the whole time is over', async () => {
  const url = await serve((_, response) => void response.writeHead(200).write('half'))
  const begun = new Promise(resolve => subscribe('undici:request:headers', resolve))
  const failed = expect(send(url)).rejects.toThrow(
    /^the answer stopped half-way: nothing came for 10 seconds$/,
  )
  await begun
  await vi.advanceTimersByTimeAsync(13_000)
  await failed
})

it('a connection is closed after 14 idle seconds, also where the server would keep it longer', async () => {
  const url = await serve((_, response) => void response.setHeader('Keep-Alive', 'timeout=600').end('{}'))
  // Or else the server itself would close it.
  server.keepAliveTimeout = 0
  const opened = once(server, 'connection')
  await send(url)
  const [socket] = await opened
  const closed = once(socket, 'close')
  await vi.advanceTimersByTimeAsync(13_900)
  expect(socket.destroyed).toBe(false)
  await vi.advanceTimersByTimeAsync(100)
  await closed
})
