import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventBus } from '../../../lambda/events/send.ts'
import { readCredentials } from '../../../lambda/secret.ts'
import { ConflictError, s3Store } from '../../../lambda/state/store.ts'
import { startAws } from '../../../local/aws/server.ts'
import { listen } from '../../../local/listen.ts'

const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
const clientOf = (endpoint: string) =>
  // The handler's own time-outs, which end with the headers, must not be what ends these.
  ({ endpoint, credentials, region: 'us-east-1', requestHandler: { requestTimeout: 60_000 } })
const object = { contentType: 'text/plain', cacheControl: 'no-store' }
const limitMs = 150

let server: Server | undefined
afterEach(() => {
  vi.unstubAllEnvs()
  server?.closeAllConnections()
  server?.close()
})

async function serving(answer: (response: ServerResponse) => void): Promise<string> {
  server = createServer((_, response) => answer(response))
  return (await listen(server, 0)).url
}

const halfABody = (response: ServerResponse) => {
  response.writeHead(200, { 'Content-Length': 1_000, ETag: '"a"', 'Content-Type': 'text/plain' })
  response.write('x'.repeat(500))
}
const drips = (response: ServerResponse) => {
  response.writeHead(200, { 'Content-Length': 1_000, 'Content-Type': 'text/plain' })
  const timer = setInterval(() => response.write('x'), 20)
  response.on('close', () => clearInterval(timer))
}
const silence = () => undefined

describe('an AWS service that hangs', () => {
  it.each([
    ['half a body and then nothing', halfABody],
    ['a byte now and then', drips],
    ['nothing', silence],
  ])('with %s: reading, writing and listing end in their time', async (_, answer) => {
    const url = await serving(answer)
    const store = s3Store(new S3Client({ ...clientOf(url), forcePathStyle: true }), 'data', () => limitMs)
    const startedAt = performance.now()
    await expect(store.read('state/x')).rejects.toThrow(
      'Reading state/x from S3 took longer than 0.15 seconds.',
    )
    await expect(store.list('state/')).rejects.toThrow('Listing state/ in S3 took longer than')
    if (answer === silence) {
      const body = 'x'.repeat(4_000_000)
      await expect(store.write('x', { ...object, body })).rejects.toThrow('Writing x to S3 took longer than')
      await expect(store.etag('x')).rejects.toThrow('Asking S3 for x took longer than')
    }
    expect(performance.now() - startedAt).toBeLessThan(4 * limitMs + 1_500)
  })

  it.each([
    ['half a body and then nothing', halfABody],
    ['nothing', silence],
  ])('with %s: the secret and the events end in their time', async (_, answer) => {
    const url = await serving(answer)
    const secrets = new SecretsManagerClient(clientOf(url))
    await expect(readCredentials(secrets, 'sophos', limitMs)).rejects.toThrow(
      'AWS did not hand over the secret sophos: The answer of Secrets Manager took longer than 0.15 seconds.',
    )
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    vi.stubEnv('AWS_REGION', 'us-east-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'any')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any')
    const detail = {
      schemaVersion: 1,
      message: '',
      installation: 'one',
      source: 'default',
      at: '',
      demo: false,
    } as const
    await expect(eventBus('default', limitMs)({ detailType: 'Run failed', detail })).rejects.toThrow(
      'Sending "Run failed" took longer than 0.15 seconds.',
    )
  })

  it('is not asked at all when no time is left', async () => {
    const store = s3Store(new S3Client(clientOf('http://127.0.0.1:9')), 'data', () => 0)
    await expect(store.read('x')).rejects.toThrow('Reading x from S3 was not tried: the time for it is up.')
  })
})

describe('a write over a version', () => {
  it('that another writer changed, made or removed is a conflict; one into a bucket that is not there is none', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'store-'))
    const aws = await startAws({ dir, buckets: ['data'], secrets: {} })
    const client = new S3Client({ ...clientOf(aws.url), forcePathStyle: true, maxAttempts: 1 })
    try {
      const store = s3Store(client, 'data')
      const etag = await store.write('x', { ...object, body: '1', onlyIf: null })
      await expect(store.write('x', { ...object, body: '2', onlyIf: null })).rejects.toThrow(ConflictError)
      await expect(store.write('x', { ...object, body: '2', onlyIf: '"b"' })).rejects.toThrow(ConflictError)
      await rm(join(dir, 'data/x'))
      await expect(store.write('x', { ...object, body: '2', onlyIf: etag })).rejects.toThrow(ConflictError)
      const nowhere = s3Store(client, 'elsewhere').write('x', { ...object, body: '2', onlyIf: etag })
      await expect(nowhere).rejects.toThrow(/bucket does not exist/)
    } finally {
      await aws.close()
      await rm(dir, { recursive: true })
    }
  })
})
