import type { Server } from 'node:http'

/**
 * Starts a server on 127.0.0.1; port 0 means any free port. `close` also ends connections that are idle or still wait
 * for an answer. Rejects if the port is taken.
 */
export async function listen(
  server: Server,
  port: number,
): Promise<{ url: string; close: () => Promise<void> }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}
