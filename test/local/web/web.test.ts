import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { synthesizeTemplate } from '../../../cdk/synthesize.ts'
import { keyOf, userRecord } from '../../../local/users/record.ts'
import type { ReadObject } from '../../../local/web/respond.ts'
import { startWeb } from '../../../local/web/server.ts'
import { siteObjects } from '../../../local/web/site-objects.ts'
import type { StoredObject } from '../../../local/web/stored-object.ts'

const written = 'public, max-age=0, s-maxage=30, must-revalidate'
const object = (text: string, contentType: string, cacheControl?: string): StoredObject => ({
  body: Buffer.from(text),
  etag: `"etag-of-${text.length}"`,
  lastModified: new Date('2026-11-22T10:02:21.000Z'),
  contentType,
  cacheControl,
})
const gzip = gzipSync('TenantId,Total\r\n')
const csv = `ID,Name\r\n${'00000000-0000-4000-8000-000000000000,Example Ltd\r\n'.repeat(100)}`
const secretState = '{"calls":"this text is secret"}'
const bucket = new Map([
  ['detections.csv', object(csv, 'text/csv; charset=utf-8', written)],
  ['status.json', object('{"schemaVersion":1}', 'application/json', written)],
  ['access-report.json', object('{"schemaVersion":1}', 'application/json', written)],
  ['history/2026-11-22.json', object('[]', 'application/json')],
  ['history/source=default/2026-11-22.csv.gz', { ...object('', 'application/gzip', written), body: gzip }],
  ['history/../state/default.json', object(secretState, 'application/json')],
  ['state/default.json', object(secretState, 'application/json')],
])
const script = `console.log(${JSON.stringify('x'.repeat(2_000))})`

const thisMachine = { password: false, ranges: ['127.0.0.0/8', '::1/128'] }
const local = synthesizeTemplate({}, { access: thisMachine })
let directory: string
let web: Awaited<ReturnType<typeof startWeb>>
const readKeys: string[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'web-'))
  await mkdir(join(directory, 'site/assets'), { recursive: true })
  await writeFile(join(directory, 'site/index.html'), '<!doctype html><title>Detections</title>')
  await writeFile(join(directory, 'site/favicon.svg'), '<svg/>')
  await writeFile(join(directory, 'site/assets/index-4f3a.js'), script)
  await writeFile(join(directory, 'outside.txt'), 'this text is secret')
  await symlink(join(directory, 'outside.txt'), join(directory, 'site/link.txt'))
  web = await startWeb({ template: local, readObject: objects(local) })
})
afterAll(async () => {
  await web.close()
  await rm(directory, { recursive: true })
})

function objects(template: unknown): ReadObject {
  const site = siteObjects(template, join(directory, 'site'), { 'settings.json': '{"schemaVersion":1}' })
  return async (origin, key) => {
    readKeys.push(`${origin}:${key}`)
    return origin === 'site' ? site(key) : bucket.get(key)
  }
}

type Reply = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }

/** Sends a request with the path as given. `fetch` would normalize it and add headers. */
function get(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  url = web.url,
): Promise<Reply> {
  const { hostname, port, pathname } = new URL(url)
  const target = pathname.replace(/\/$/, '') + path
  return new Promise((resolve, reject) => {
    request({ hostname: hostname.replace(/[[\]]/g, ''), port, path: target, method, headers }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-robots-tag': 'noindex',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': expect.stringContaining('geolocation=()'),
}

describe('the local web server', () => {
  it('serves the page at / and under its name', async () => {
    for (const path of ['/', '/index.html', '/?x=/status.json']) {
      const { status, headers, body } = await get(path)
      expect([status, headers['content-type'], String(body)]).toEqual([
        200,
        'text/html',
        '<!doctype html><title>Detections</title>',
      ])
    }
  })

  it('sends the page’s files with the Cache-Control of their deployment', async () => {
    expect((await get('/assets/index-4f3a.js')).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    )
    expect((await get('/favicon.svg')).headers['cache-control']).toBe(written)
    expect((await get('/')).headers['cache-control']).toBe(written)
  })

  it('sends the data with its stored headers', async () => {
    const { status, headers, body } = await get('/detections.csv')
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'cache-control': written,
      'last-modified': 'Sun, 22 Nov 2026 10:02:21 GMT',
      etag: `"etag-of-${csv.length}"`,
      'content-length': String(csv.length),
    })
    expect(String(body)).toBe(csv)
  })

  it('sends settings.json like the page’s other files, without long caching', async () => {
    const { status, headers, body } = await get('/settings.json')
    expect([status, String(body)]).toEqual([200, '{"schemaVersion":1}'])
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': written })
  })

  it('sends a day of the history as stored, and never compresses or decompresses it', async () => {
    const { headers, body } = await get('/history/source=default/2026-11-22.csv.gz', {
      'accept-encoding': 'gzip, br',
    })
    expect(headers['content-type']).toBe('application/gzip')
    expect(headers).not.toHaveProperty('content-encoding')
    expect(body).toEqual(gzip)
  })

  it('adds no Cache-Control', async () => {
    const { status, headers } = await get('/history/2026-11-22.json')
    expect(status).toBe(200)
    expect(headers).not.toHaveProperty('cache-control')
  })

  it.each([
    '/',
    '/assets/index-4f3a.js',
    '/detections.csv',
    '/status.json',
    '/access-report.json',
    '/history/2026-11-22.json',
    '/missing',
  ])('sends the declared headers with each answer of a behaviour, such as %s', async path => {
    expect((await get(path)).headers).toMatchObject(securityHeaders)
  })
})

describe('a conditional request', () => {
  const etag = `"etag-of-${csv.length}"`

  it.each([etag, `W/${etag}`, `"other", ${etag}`, '*'])(
    'with If-None-Match: %s gets a 304 without a body',
    async ifNoneMatch => {
      for (const method of ['GET', 'HEAD']) {
        const reply = await get('/detections.csv', { 'if-none-match': ifNoneMatch }, method)
        expect(reply.status).toBe(304)
        expect(reply.body).toHaveLength(0)
        expect(reply.headers).toMatchObject({ etag, 'cache-control': written, ...securityHeaders })
        expect(reply.headers).not.toHaveProperty('content-type')
        expect(reply.headers).not.toHaveProperty('content-length')
      }
    },
  )

  it('gets the whole object for another ETag', async () => {
    for (const other of ['"other"', 'W/"other"', '', etag.slice(1, -1)]) {
      expect((await get('/detections.csv', { 'if-none-match': other })).status).toBe(200)
    }
  })

  it('gets a 304 for the ETag of a compressed answer', async () => {
    const first = await get('/detections.csv', { 'accept-encoding': 'br' })
    const again = await get('/detections.csv', {
      'accept-encoding': 'br',
      'if-none-match': String(first.headers.etag),
    })
    expect([first.status, again.status]).toEqual([200, 304])
    expect(again.headers.etag).toBe(first.headers.etag)
  })
})

describe('compression', () => {
  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['BR', 'br'],
  ])('for Accept-Encoding: %s is %s, with a weak ETag', async (acceptEncoding, encoding) => {
    const { headers, body } = await get('/detections.csv', { 'accept-encoding': acceptEncoding })
    expect(headers).toMatchObject({
      'content-encoding': encoding,
      vary: 'Accept-Encoding',
      etag: `W/"etag-of-${csv.length}"`,
      'content-length': String(body.length),
    })
    expect(body.length).toBeLessThan(csv.length / 10)
    expect(String(encoding === 'br' ? brotliDecompressSync(body) : gunzipSync(body))).toBe(csv)
  })

  it.each(['', 'identity', 'deflate, zstd', 'br;q=0, gzip;q=0.0'])(
    'is off for Accept-Encoding: %j',
    async header => {
      const { headers, body } = await get('/detections.csv', { 'accept-encoding': header })
      expect(headers).not.toHaveProperty('content-encoding')
      expect(headers.vary).toBe('Accept-Encoding')
      expect(String(body)).toBe(csv)
    },
  )

  it('is off below 1,000 bytes, as at CloudFront', async () => {
    expect((await get('/status.json', { 'accept-encoding': 'br' })).headers).not.toHaveProperty(
      'content-encoding',
    )
  })

  it('applies to the page’s files too', async () => {
    const { headers, body } = await get('/assets/index-4f3a.js', { 'accept-encoding': 'gzip, br' })
    expect(headers).toMatchObject({ 'content-encoding': 'br', 'content-type': 'text/javascript' })
    expect(String(brotliDecompressSync(body))).toBe(script)
  })

  it('is off if the template declares none', async () => {
    const text = JSON.stringify(local).replaceAll(
      '"EnableAcceptEncodingBrotli":true',
      '"EnableAcceptEncodingBrotli":false',
    )
    const plain = await startWeb({ template: JSON.parse(text), readObject: objects(local) })
    const { headers } = await get('/detections.csv', { 'accept-encoding': 'gzip, br' }, 'GET', plain.url)
    await plain.close()
    expect(headers['content-encoding']).toBe('gzip')
  })
})

describe('a missing or forbidden object', () => {
  it.each([
    '/missing',
    '/missing.csv',
    '/history/',
    '/history/2020-01-01.json',
    '/assets/',
    '/assets/../index.html',
    '/state/default.json',
    '/State/default.json',
    '/STATE/DEFAULT.JSON',
    '//state/default.json',
    '/state//default.json',
    '/./state/default.json',
    '/%73tate/default.json',
    '/%2fstate/default.json',
    '/state%2fdefault.json',
    '/state%252fdefault.json',
    '/state/default.json?x=detections.csv',
    '/state/default.json%3f.csv',
    '/state/default.json;.csv',
    '/STATUS.JSON',
    '//status.json',
    '/detections.csv/../state/default.json',
    '/history/../state/default.json',
    '/history/.%2e/state/default.json',
    '/history/%2e%2e/state/default.json',
    '/history/%252e%252e/state/default.json',
    '/history/..%2fstate%2fdefault.json',
    '/history/..%5cstate%5cdefault.json',
    '/history//state/default.json',
    '/history/state/default.json',
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/link.txt',
    '/index.html%00.txt',
    '/.',
  ])('at %s gets the answer of S3 to CloudFront, and never the page', async path => {
    const { status, headers, body } = await get(path)
    expect(status).toBe(403)
    expect(headers['content-type']).toBe('application/xml')
    expect(String(body)).toContain('<Code>AccessDenied</Code>')
  })

  it('is refused by the bucket policy even if a behaviour matches it', async () => {
    const text = JSON.stringify(local).replace('"PathPattern":"/history/*"', '"PathPattern":"/state/*"')
    const careless = await startWeb({ template: JSON.parse(text), readObject: objects(local) })
    const { status, body } = await get('/state/default.json', {}, 'GET', careless.url)
    await careless.close()
    expect(status).toBe(403)
    expect(String(body)).toContain('<Code>AccessDenied</Code>')
  })

  it('is never requested from the origin, so no path leads out of a directory', async () => {
    readKeys.length = 0
    const segment = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '',
        'state',
        'history',
        'default.json',
        'assets',
        '%2e%2e',
        '..%2f',
        '%5c..',
        '%00',
      ),
      fc.string({ maxLength: 4 }).map(encodeURIComponent),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 5 }), async segments => {
        const { body } = await get(`/${segments.join('/')}`)
        expect(String(body)).not.toContain('this text is secret')
      }),
      { numRuns: 100 },
    )
    expect(readKeys.length).toBeGreaterThan(10)
    for (const key of readKeys)
      expect(key).not.toMatch(
        // A key begins after the name of its bucket, and may itself begin with a colon.
        /^data:(?!detections\.csv$|status\.json$|access-report\.json$|history\/)|^\w+:\.\.?(\/|$)|\/\.\.?(\/|$)|[\0\\]/,
      )
  })

  it.each(['/%zz', '/%', '/%ff'])('is a bad request for the malformed path %s', async path => {
    expect((await get(path)).status).toBe(400)
  })
})

describe('methods', () => {
  it('answers HEAD with the headers of GET and no body', async () => {
    for (const path of ['/', '/detections.csv', '/missing']) {
      const [head, whole] = [await get(path, {}, 'HEAD'), await get(path)]
      const { date: _, ...headers } = whole.headers
      expect(head).toMatchObject({ status: whole.status, headers })
      expect(head.body).toHaveLength(0)
    }
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async method => {
    const { status, body } = await get('/detections.csv', {}, method)
    expect([status, String(body)]).toEqual([403, 'Only GET and HEAD are allowed here.\n'])
  })
})

const password = 'dudq-7ban-9t3m'
const users = new Map([
  [keyOf('maria'), userRecord({ name: 'maria', since: '2026-11-22' }, password, Buffer.alloc(16, 7))],
])
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

describe('access', () => {
  const here = 'this machine'
  const hereByPassword = 'this machine and a password'
  const ofThisMachine = new Map([
    [here, thisMachine],
    [hereByPassword, { ...thisMachine, password: true }],
  ])
  const templates = new Map<string | undefined, unknown>()
  const templateFor = (access: string | undefined): unknown => {
    const special = access === undefined ? undefined : ofThisMachine.get(access)
    const template =
      templates.get(access) ??
      (special ? synthesizeTemplate({}, { access: special }) : synthesizeTemplate({ access }))
    templates.set(access, template)
    return template
  }
  type Ask = { host?: string; path?: string; method?: string; headers?: Record<string, string> }
  async function served(
    access: string | undefined,
    { host = '127.0.0.1', path = '/detections.csv', method = 'GET', headers = {} }: Ask = {},
  ): Promise<Reply> {
    const template = templateFor(access)
    const readValue = async (key: string) => users.get(key)
    const server = await startWeb({ template, readObject: objects(template), readValue, host })
    const reply = await get(path, headers, method, server.url)
    await server.close()
    return reply
  }

  it.each(['127.0.0.1', '::1'])('is allowed on loopback at %s for a local run', async host => {
    expect((await served(here, { host })).status).toBe(200)
  })

  it.each([
    '/',
    '/index.html',
    '/assets/index-4f3a.js',
    '/settings.json',
    '/detections.csv',
    '/status.json',
    '/access-report.json',
    '/history/2026-11-22.json',
    '/state/default.json',
    '/missing',
  ])('by default requires a password for %s, before the origin is read', async path => {
    readKeys.length = 0
    for (const headers of [{}, basic('maria:wrong'), basic(`mario:${password}`)]) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const reply = await served(undefined, { path, method, headers })
        expect(reply.status).toBe(401)
        expect(reply.headers).toMatchObject({
          ...securityHeaders,
          'www-authenticate': 'Basic realm="Sophos detections", charset="UTF-8"',
          'content-type': 'text/plain; charset=utf-8',
          'cache-control': 'no-store',
        })
        expect(String(reply.body)).not.toMatch(/this text is secret|Example Ltd|schemaVersion|<!doctype/)
      }
    }
    expect(readKeys).toEqual([])
  })

  it('is allowed to a user, and unchanged polls are 304s', async () => {
    const headers = basic(`maria:${password}`)
    const first = await served(undefined, { headers })
    const again = await served(undefined, {
      headers: { ...headers, 'if-none-match': String(first.headers.etag) },
    })
    expect([first.status, String(first.body), again.status]).toEqual([200, csv, 304])
    expect((await served(undefined, { headers, path: '/state/default.json' })).status).toBe(403)
  })

  it('treats a header of 8 KB like any other wrong password', async () => {
    expect((await served(undefined, { headers: basic(`maria:${'x'.repeat(6_000)}`) })).status).toBe(401)
  })

  it('is refused outside the ranges, and allowed to all if public', async () => {
    const outside = await served('203.0.113.0/24')
    expect([outside.status, String(outside.body)]).toEqual([
      403,
      expect.stringContaining('Your address: 127.0.0.1'),
    ])
    expect(outside.headers).toMatchObject(securityHeaders)
    expect((await served('public')).status).toBe(200)
  })

  it('requires both if both are set', async () => {
    const headers = basic(`maria:${password}`)
    expect((await served(hereByPassword, { headers })).status).toBe(200)
    expect((await served(hereByPassword)).status).toBe(401)
    expect((await served('password,203.0.113.0/24', { headers })).status).toBe(403)
  })
})

describe('a declared header', () => {
  it.each([
    [true, 'all'],
    [false, 'noindex'],
  ])('with Override %s changes an existing one to: %s', async (override, expected) => {
    const closed = JSON.stringify(synthesizeTemplate({}))
    const declared = (value: string, over: boolean) => `"Override":${over},"Value":"${value}"`
    expect(closed).toContain(declared('noindex', true))
    const template: unknown = JSON.parse(closed.replace(declared('noindex', true), declared('all', override)))
    const server = await startWeb({ template, readObject: objects(local) })
    const { headers } = await get('/', {}, 'GET', server.url)
    await server.close()
    expect(headers['x-robots-tag']).toBe(expected)
  })
})

describe('a failure', () => {
  it('of the origin is a 502 without details for the viewer, and the server goes on', async () => {
    const broken = await startWeb({
      template: local,
      readObject: async (_, key) => {
        if (key === 'status.json') throw new Error('the disk is gone')
        return bucket.get(key)
      },
    })
    const failed = await get('/status.json', {}, 'GET', broken.url)
    const next = await get('/detections.csv', {}, 'GET', broken.url)
    await broken.close()
    expect([failed.status, next.status]).toEqual([502, 200])
    expect(String(failed.body)).not.toContain('disk')
  })

  it('to open the port is an error, not a hang', async () => {
    const port = Number(new URL(web.url).port)
    await expect(startWeb({ template: local, readObject: objects(local), port })).rejects.toThrow(
      'EADDRINUSE',
    )
  })

  it.each([
    ['"HttpVersion"', '"CustomErrorResponses":[],"HttpVersion"', 'CustomErrorResponses'],
    ['"Compress":true', '"Compress":true,"RealtimeLogConfigArn":"x"', 'RealtimeLogConfigArn'],
    ['"viewer-request"', '"viewer-response"', 'EventType'],
  ])('is a template that declares something unsupported: %s → %s', async (from, to, named) => {
    const template: unknown = JSON.parse(JSON.stringify(local).replace(from, to))
    await expect(startWeb({ template, readObject: objects(local) })).rejects.toThrow(
      new RegExp(`does not support this in Dashboard.*${named}`),
    )
  })
})
