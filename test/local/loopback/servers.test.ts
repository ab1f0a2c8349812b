import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { synthesizeTemplate } from '../../../cdk/synthesize.ts'
import { startAws } from '../../../local/aws/server.ts'
import { serveRuntimeApi } from '../../../local/lambda/runtime-api.ts'
import { startSimulator } from '../../../local/simulator/server.ts'
import { startWeb } from '../../../local/web/server.ts'

type Server = { readonly url: string; readonly close: () => Promise<void> }
type Asked = { method: string; path: string; headers?: Record<string, string>; body?: string }

let dir: string
/** What reached a server behind its guard. */
const reached: string[] = []
const servers: Record<string, Server> = {}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'guarded-'))
  const aws = await startAws({
    dir,
    buckets: ['data'],
    secrets: { sophos: 'this text is secret' },
    onRequest: ({ method, url }) => reached.push(`${method} ${url}`),
  })
  const runtime = await serveRuntimeApi({
    next: () => reached.push('next'),
    response: () => reached.push('response'),
    error: () => reached.push('error'),
    initError: () => reached.push('initError'),
  })
  const simulator = await startSimulator({
    tenants: 1,
    latency: () => {
      reached.push('simulator')
      return 0
    },
  })
  const web = await startWeb({
    template: synthesizeTemplate({ access: 'public' }),
    readObject: async (_, key) => {
      reached.push(key)
      return figures
    },
  })
  Object.assign(servers, { aws, runtime, simulator, web: { ...web, url: web.url.replace(/\/$/, '') } })
})
afterAll(async () => {
  await Promise.all(Object.values(servers).map(({ close }) => close()))
  await rm(dir, { recursive: true })
})

/** Sends a request with the target and headers as given, which `fetch` would change. */
function send(url: string, { method, path, headers, body }: Asked): Promise<[number, string]> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers }, async answer =>
      resolve([answer.statusCode ?? 0, await text(answer)]),
    )
      .on('error', reject)
      .end(body)
  })
}

const figures = {
  body: Buffer.from('ID,Name'),
  etag: '"1"',
  lastModified: new Date(0),
  contentType: 'text/csv',
  cacheControl: undefined,
}
const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=any' }
const secretRequest = {
  method: 'POST',
  path: '/',
  headers: { ...signed, 'x-amz-target': 'secretsmanager.GetSecretValue' },
  body: '{"SecretId":"sophos"}',
}
const tokenRequest = {
  method: 'POST',
  path: '/api/v2/oauth2/token',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret&scope=token',
}
const responsePath = '/2018-06-01/runtime/invocation/1/response'
/** What somebody else would like to do, and the status of the answer to those who may. */
const wishes: [string, string, Asked, number][] = [
  ['aws', 'read the secret', secretRequest, 200],
  ['aws', 'write', { method: 'PUT', path: '/data/state/x', headers: signed, body: 'x' }, 200],
  ['aws', 'list', { method: 'GET', path: '/data?list-type=2', headers: signed }, 200],
  ['runtime', 'answer for the function', { method: 'POST', path: responsePath, body: '{}' }, 202],
  ['simulator', 'get a token', tokenRequest, 200],
  ['web', 'read the figures', { method: 'GET', path: '/detections.csv' }, 200],
]

describe.each(wishes)('the server %s', (name, wish, asked, status) => {
  const mine = () => {
    const { url } = servers[name] ?? { url: '' }
    const { origin, pathname, host } = new URL(url)
    return { url, origin, key: pathname, host }
  }

  it.each<[string, (key: string) => { path?: string; headers?: Record<string, string> }]>([
    ['without the key', () => ({})],
    ['with another key', key => ({ path: `/${[...key.slice(1)].reverse().join('')}${asked.path}` })],
    ['under a foreign name', key => ({ path: key + asked.path, headers: { host: 'evil.example' } })],
    [
      'for a page of another site',
      key => ({ path: key + asked.path, headers: { origin: 'https://evil.example' } }),
    ],
    [
      'for a page on another port',
      key => ({ path: key + asked.path, headers: { origin: 'http://127.0.0.1:1' } }),
    ],
  ])(`lets nobody ${wish} %s`, async (_, change) => {
    reached.length = 0
    const { url, key } = mine()
    const { path = asked.path, headers } = change(key)
    const [refused, said] = await send(url, { ...asked, path, headers: { ...asked.headers, ...headers } })
    expect([refused, said]).toEqual([403, expect.stringMatching(/^This (server|address) .+\.\n$/)])
    expect(reached).toEqual([])
    expect(await readdir(join(dir, 'data'))).not.toContain('state')
  })

  it(`lets those who know its address ${wish}`, async () => {
    reached.length = 0
    const { url, key } = mine()
    expect((await send(url, { ...asked, path: key + asked.path }))[0]).toBe(status)
    expect(reached).toHaveLength(1)
    await rm(join(dir, 'data/state'), { recursive: true, force: true })
  })
})

it('the page tells whoever lacks the key where it stands, and nothing else', async () => {
  const { web = { url: '' } } = servers
  const answer = await fetch(new URL('/', web.url))
  expect(await answer.text()).toMatch(/Open the whole address that the command printed in its terminal\./)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
})

it('each start has another key of 128 bits', () => {
  const keys = Object.values(servers).map(({ url }) => new URL(url).pathname.slice(1))
  expect(new Set(keys).size).toBe(4)
  for (const key of keys) expect(Buffer.from(key, 'base64url')).toHaveLength(16)
})
