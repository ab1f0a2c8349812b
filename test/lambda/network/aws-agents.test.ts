import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventBus } from '../../../lambda/events/send.ts'
import { awsAgents } from '../../../lambda/network/aws-agents.ts'
import { startAws } from '../../../local/aws/server.ts'
import { certificateFile, startProxy, startTunnel, type Tunnel } from '../../network/tunnel.ts'

const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
const usual = getCACertificates('default')

let dir: string
let aws: Awaited<ReturnType<typeof startAws>>
let tunnel: Tunnel

beforeAll(async () => {
  setDefaultCACertificates([...usual, await readFile(certificateFile, 'utf8')])
  dir = await mkdtemp(join(tmpdir(), 'agents-'))
  aws = await startAws({ dir, buckets: ['data'], secrets: {} })
  tunnel = await startTunnel({ 'aws.proxied.test': aws.url })
})
afterAll(async () => {
  setDefaultCACertificates(usual)
  await Promise.all([aws.close(), tunnel.close()])
  await rm(dir, { recursive: true })
})
afterEach(() => {
  vi.unstubAllEnvs()
  tunnel.targets.length = 0
})

function s3(
  environment: Record<string, string>,
  { endpoint = 'https://aws.proxied.test', ms = 10_000 } = {},
) {
  return new S3Client({
    endpoint,
    credentials,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    requestHandler: { requestTimeout: ms, throwOnRequestTimeout: true, ...awsAgents(environment) },
  })
}

const put = (Body: string) => new PutObjectCommand({ Bucket: 'data', Key: 'key', Body })

describe('a client of AWS', () => {
  it.each([
    ['HTTPS_PROXY', 'small', 100],
    ['https_proxy', 'so large that the client asks first whether it may send it', 3_000_000],
  ])('sends through the proxy of %s an object that is %s', async (name, _, size) => {
    await s3({ [name]: tunnel.url }).send(put('x'.repeat(size)))
    expect(await readFile(join(dir, 'data/key'), 'utf8')).toHaveLength(size)
    expect(new Set(tunnel.targets)).toEqual(new Set(['aws.proxied.test:443']))
  })

  it.each([
    'proxied.test',
    '.proxied.test',
    '*.proxied.test',
    'aws.proxied.test',
    'x, aws.proxied.test:443',
    '*',
  ])('goes around the proxy with NO_PROXY=%s', async NO_PROXY => {
    const client = s3({ HTTPS_PROXY: tunnel.url, NO_PROXY })
    await expect(client.send(put('x'))).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/)
    expect(tunnel.targets).toEqual([])
  })

  it('reaches a stand-in on this machine without the proxy', async () => {
    const client = s3({ HTTP_PROXY: tunnel.url, HTTPS_PROXY: tunnel.url }, { endpoint: aws.url })
    await client.send(put('here'))
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'data', Key: 'key' }))
    expect(await Body?.transformToString()).toBe('here')
    expect(tunnel.targets).toEqual([])
  })

  it('has agents of its own where no proxy is named', () => {
    expect(awsAgents({ NO_PROXY: '*' })).toEqual({})
  })

  it('gives up in its time where the proxy does not answer', async () => {
    const silent = await startProxy(() => undefined)
    try {
      await expect(s3({ HTTPS_PROXY: silent.url }, { ms: 200 }).send(put('x'))).rejects.toThrow(/200 ms/)
    } finally {
      await silent.close()
    }
  })

  it('reports the refusal of a proxy', async () => {
    const strict = await startProxy((_, socket) =>
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
    )
    try {
      await expect(s3({ HTTPS_PROXY: strict.url }).send(put('x'))).rejects.toThrow(/407/)
    } finally {
      await strict.close()
    }
  })
})

describe('the event bus', () => {
  const detail = {
    schemaVersion: 1,
    message: 'Two new',
    installation: 'one',
    source: 'default',
    at: '2026-01-01',
    demo: true,
  } as const

  it('is reached through the proxy of the environment', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'https://aws.proxied.test')
    vi.stubEnv('AWS_REGION', 'us-east-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'any')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any')
    vi.stubEnv('HTTPS_PROXY', tunnel.url)
    await eventBus('default')({ detailType: 'New detections', detail })
    expect(aws.buses.events).toHaveLength(1)
    expect(tunnel.targets).toEqual(['aws.proxied.test:443'])
  })
})
