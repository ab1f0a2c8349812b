import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

/** A second implementation to compare with, if installed: https://docs.getmoto.org/en/latest/docs/server_mode.html */
const motoServer = 'moto_server'

export const hasMoto = spawnSync(motoServer, ['--help'], { stdio: 'ignore' }).status === 0

/** Starts moto with one secret in it. */
export async function startMoto(
  name: string,
  secretText: string,
): Promise<{ url: string; close: () => Promise<unknown> }> {
  const port = await freePort()
  const moto = spawn(motoServer, ['-H', '127.0.0.1', '-p', `${port}`], { stdio: 'ignore' })
  const gone = once(moto, 'exit')
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer !== undefined) break
    await sleep(100)
  }
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
  const client = new SecretsManagerClient({ endpoint: url, region: 'us-east-1', credentials })
  await client.send(new CreateSecretCommand({ Name: name, SecretString: secretText }))
  client.destroy()
  return {
    url,
    close: () => {
      moto.kill()
      return gone
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
