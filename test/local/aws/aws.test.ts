import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAws } from '../../../local/aws/server.ts'
import { hasMoto, startMoto } from './moto.ts'

type Backend = { url: string; close: () => Promise<unknown> }

const secretText = '{"clientId":"id","clientSecret":"geheim"}'
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }

async function startOurs(): Promise<Backend> {
  const dir = await mkdtemp(join(tmpdir(), 'aws-'))
  const { url, close } = await startAws({ dir, secrets: { sophos: secretText } })
  return { url, close: () => close().then(() => rm(dir, { recursive: true })) }
}

const backends = [
  { name: 'the stand-in', start: startOurs, skip: false, isAtomic: true },
  {
    name: hasMoto ? 'moto' : 'moto, which is not installed here',
    start: () => startMoto('sophos', secretText),
    skip: !hasMoto,
    // Its threads check and write in two steps, so on a busy machine two of ten writes may win.
    isAtomic: false,
  },
]

for (const { name, start, skip, isAtomic } of backends)
  describe.skipIf(skip)(`S3 and Secrets Manager on ${name}`, () => {
    const Bucket = 'data-bucket'
    let backend: Backend
    let s3: S3Client
    let secrets: SecretsManagerClient

    beforeAll(async () => {
      backend = await start()
      const settings = { endpoint: backend.url, region: 'us-east-1', credentials, maxAttempts: 1 }
      s3 = new S3Client({ ...settings, forcePathStyle: true })
      secrets = new SecretsManagerClient(settings)
      await s3.send(new CreateBucketCommand({ Bucket }))
    })

    afterAll(async () => {
      s3.destroy()
      secrets.destroy()
      await backend.close()
    })

    const put = (
      Key: string,
      Body: PutObjectCommandInput['Body'],
      more: Partial<PutObjectCommandInput> = {},
    ) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
    const get = (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
      s3.send(new GetObjectCommand({ Bucket, Key, ...more }))
    const read = async (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
      (await get(Key, more)).Body?.transformToString()
    const list = (more: Partial<ListObjectsV2CommandInput> = {}) =>
      s3.send(new ListObjectsV2Command({ Bucket, ...more }))
    const statusOf = (sent: Promise<unknown>) =>
      sent.then(
        () => 'no error',
        (error: unknown) =>
          error instanceof S3ServiceException
            ? `${error.$metadata.httpStatusCode} ${error.name}`
            : String(error),
      )

    it('returns an object with its type and cache rule', async () => {
      const meta = { ContentType: 'text/csv; charset=utf-8', CacheControl: 'public, max-age=0, s-maxage=30' }
      await put('detections.csv', 'ID,Name\r\n1,Bäckerei\r\n', meta)
      const answer = await get('detections.csv')
      expect(answer).toMatchObject({ ...meta, ContentLength: 22 })
      expect(await answer.Body?.transformToString()).toBe('ID,Name\r\n1,Bäckerei\r\n')
    })

    it('uses the quoted MD5 of the content as ETag', async () => {
      const { ETag } = await put('tagged', 'content')
      expect(ETag).toBe(`"${createHash('md5').update('content').digest('hex')}"`)
      expect((await get('tagged')).ETag).toBe(ETag)
    })

    it('stores a stream without its framing', async () => {
      const chunks = ['first\r\n', 'second', 'a'.repeat(100_000)]
      const content = chunks.join('')
      await put('streamed', Readable.from(chunks.map(chunk => Buffer.from(chunk))), {
        ContentLength: content.length,
      })
      expect(await read('streamed')).toBe(content)
    })

    it('keeps an empty object', async () => {
      await put('empty', new Uint8Array())
      expect(await read('empty')).toBe('')
    })

    it('keeps user metadata', async () => {
      await put('with-metadata', 'x', { Metadata: { run: '17' } })
      expect((await get('with-metadata')).Metadata).toEqual({ run: '17' })
    })

    it('accepts a correct checksum', async () => {
      await put('summed', '123456789', { ChecksumCRC32: 'y/Q5Jg==' })
      expect(await read('summed')).toBe('123456789')
    })

    it.each(['a b.txt', 'ü/日本.json', 'plus+and&percent%25', "quote'(1)!*"])(
      'stores the key %s',
      async key => {
        await put(key, 'here')
        expect(await read(key)).toBe('here')
        expect((await list({ Prefix: key })).Contents?.map(object => object.Key)).toEqual([key])
      },
    )

    it('answers 404 for a missing object and a missing bucket', async () => {
      expect(await statusOf(get('nowhere'))).toBe('404 NoSuchKey')
      expect(await statusOf(s3.send(new HeadObjectCommand({ Bucket, Key: 'nowhere' })))).toMatch(/^404 /)
      expect(await statusOf(s3.send(new GetObjectCommand({ Bucket: 'no-bucket', Key: 'x' })))).toBe(
        '404 NoSuchBucket',
      )
      expect(await statusOf(s3.send(new HeadBucketCommand({ Bucket: 'no-bucket' })))).toMatch(/^404 /)
    })

    it('finds an existing bucket', async () => {
      expect(await statusOf(s3.send(new HeadBucketCommand({ Bucket })))).toBe('no error')
    })

    it('describes an object without sending it', async () => {
      await put('described', '12345', { ContentType: 'text/plain' })
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'described' }))
      expect(head).toMatchObject({ ContentLength: 5, ContentType: 'text/plain' })
      expect(head.LastModified).toBeInstanceOf(Date)
    })

    it('writes with If-None-Match: * only if there is no object', async () => {
      expect(await statusOf(put('once', 'one', { IfNoneMatch: '*' }))).toBe('no error')
      expect(await statusOf(put('once', 'two', { IfNoneMatch: '*' }))).toBe('412 PreconditionFailed')
      expect(await read('once')).toBe('one')
    })

    it('writes with If-Match only over that version', async () => {
      const { ETag } = await put('swapped', 'one')
      expect(await statusOf(put('swapped', 'two', { IfMatch: ETag }))).toBe('no error')
      expect(await statusOf(put('swapped', 'three', { IfMatch: ETag }))).toBe('412 PreconditionFailed')
      expect(await read('swapped')).toBe('two')
    })

    it('fails with If-Match if there is no object', async () => {
      expect(await statusOf(put('not-there-yet', 'x', { IfMatch: '"0"' }))).toMatch(/^(404|412) /)
    })

    it('answers 304 for the same version, and 412 if the reader wants another', async () => {
      const { ETag } = await put('known', 'x')
      expect(await statusOf(get('known', { IfNoneMatch: ETag }))).toMatch(/^304 /)
      expect(await statusOf(get('known', { IfNoneMatch: '"other"' }))).toBe('no error')
      expect(await statusOf(get('known', { IfMatch: '"other"' }))).toBe('412 PreconditionFailed')
      expect(await statusOf(get('known', { IfMatch: ETag }))).toBe('no error')
    })

    it.each([
      ['bytes=2-4', '234', 'bytes 2-4/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-2', '89', 'bytes 8-9/10'],
      ['bytes=8-100', '89', 'bytes 8-9/10'],
    ])('sends the range %s', async (Range, text, contentRange) => {
      await put('ranged', '0123456789')
      const answer = await get('ranged', { Range })
      expect([await answer.Body?.transformToString(), answer.ContentRange]).toEqual([text, contentRange])
    })

    it('refuses a range beyond the end', async () => {
      await put('ranged', '0123456789')
      expect(await statusOf(get('ranged', { Range: 'bytes=10-' }))).toBe('416 InvalidRange')
    })

    it('removes an object, also a second time', async () => {
      await put('removed', 'x')
      const remove = () => statusOf(s3.send(new DeleteObjectCommand({ Bucket, Key: 'removed' })))
      expect([await remove(), await remove()]).toEqual(['no error', 'no error'])
      expect(await statusOf(get('removed'))).toBe('404 NoSuchKey')
    })

    it('lists by prefix, in order, page by page', async () => {
      for (const key of ['list/c', 'list/a', 'list/b', 'list/sub/d', 'list/Z']) await put(key, key)
      const first = await list({ Prefix: 'list/', MaxKeys: 2 })
      expect(first).toMatchObject({ IsTruncated: true, KeyCount: 2 })
      const second = await list({
        Prefix: 'list/',
        MaxKeys: 9,
        ContinuationToken: first.NextContinuationToken,
      })
      expect(second.IsTruncated).toBe(false)
      const keys = [first, second].flatMap(page => page.Contents?.map(object => object.Key) ?? [])
      expect(keys).toEqual(['list/Z', 'list/a', 'list/b', 'list/c', 'list/sub/d'])
    })

    it('lists folders by a delimiter', async () => {
      for (const key of ['tree/a', 'tree/x/1', 'tree/x/2', 'tree/y/3']) await put(key, key)
      const page = await list({ Prefix: 'tree/', Delimiter: '/' })
      expect(page.Contents?.map(object => [object.Key, object.Size])).toEqual([['tree/a', 6]])
      expect(page.CommonPrefixes?.map(common => common.Prefix)).toEqual(['tree/x/', 'tree/y/'])
    })

    it('lists the keys after a key', async () => {
      for (const key of ['after/1', 'after/2', 'after/3']) await put(key, key)
      const page = await list({ Prefix: 'after/', StartAfter: 'after/1' })
      expect(page.Contents?.map(object => object.Key)).toEqual(['after/2', 'after/3'])
    })

    it('returns a secret by its name and by its ARN', async () => {
      const byName = await secrets.send(new GetSecretValueCommand({ SecretId: 'sophos' }))
      expect(byName).toMatchObject({ Name: 'sophos', SecretString: secretText })
      const byArn = await secrets.send(new GetSecretValueCommand({ SecretId: byName.ARN }))
      expect(byArn.SecretString).toBe(secretText)
    })

    it('has no other secret', async () => {
      const sent = secrets.send(new GetSecretValueCommand({ SecretId: 'other' }))
      await expect(sent).rejects.toThrow(expect.objectContaining({ name: 'ResourceNotFoundException' }))
    })

    it.runIf(isAtomic)('lets exactly one of ten concurrent writes create an object', async () => {
      for (const round of ['one', 'two', 'three']) {
        const races = Array.from({ length: 10 }, (_, runner) =>
          statusOf(put(`race-${round}`, `runner ${runner}`, { IfNoneMatch: '*' })),
        )
        const ends = await Promise.all(races)
        expect(ends.filter(end => end === 'no error')).toHaveLength(1)
        expect(await read(`race-${round}`)).toBe(`runner ${ends.indexOf('no error')}`)
      }
    })
  })

describe('the files of the stand-in', () => {
  let dir: string
  let url: string
  let close: () => Promise<void>

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aws-files-'))
    ;({ url, close } = await startAws({ dir, buckets: ['data-bucket'], secrets: {} }))
  })

  afterAll(async () => {
    await close()
    await rm(dir, { recursive: true })
  })

  const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=any' }
  const call = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    fetch(`${url}${path}`, {
      method,
      headers: { ...signed, ...headers },
      ...(body !== undefined && { body }),
    })

  it('have the names of their keys', async () => {
    await call('PUT', '/data-bucket/state/default.json', {}, '{"calls":1}')
    expect(await readFile(join(dir, 'data-bucket/state/default.json'), 'utf8')).toBe('{"calls":1}')
  })

  it('can be copied into the folder', async () => {
    await writeFile(join(dir, 'data-bucket/settings.json'), '{}')
    const answer = await call('GET', '/data-bucket/settings.json')
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual([
      'application/octet-stream',
      '{}',
    ])
  })

  it('are never left incomplete', async () => {
    await call('PUT', '/data-bucket/whole', {}, 'x'.repeat(1e6))
    const all = await readdir(dir, { recursive: true })
    expect(all.filter(name => name.endsWith('.draft'))).toEqual([])
  })

  it('survive a restart, with their metadata', async () => {
    await call('PUT', '/data-bucket/kept.csv', { 'content-type': 'text/csv' }, 'a,b')
    const again = await startAws({ dir, secrets: {} })
    const answer = await fetch(`${again.url}/data-bucket/kept.csv`, { headers: signed })
    await again.close()
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['text/csv', 'a,b'])
  })

  it.each([
    '/data-bucket/%2e%2e/escaped',
    '/data-bucket/..%2f..%2fescaped',
    '/data-bucket/a/%2e%2e/%2e%2e/%2e%2e/escaped',
    '/data-bucket//escaped',
    '/data-bucket/..%5cescaped',
    '/data-bucket/nul%00',
    '/%2e%2e/escaped',
    '/.metadata/escaped',
    '/data-bucket/%zz',
  ])('are never written outside their bucket: %s', async path => {
    // Not with fetch, which would resolve the dots.
    const { request } = await import('node:http')
    const status = await new Promise(resolve => {
      const target = new URL(url).pathname + path
      const sent = request(url, { method: 'PUT', path: target, headers: signed }, answer => {
        resolve(answer.statusCode)
        answer.resume()
      })
      sent.end('x')
    })
    expect(status).toBe(400)
    const all = await readdir(dir, { recursive: true })
    expect(all.filter(name => name.includes('escaped'))).toEqual([])
  })

  it.each([
    ['the CRC32 of another body', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'BadDigest'],
    ['the SHA-256 of another body', { 'x-amz-content-sha256': '0'.repeat(64) }, 'XAmzContentSHA256Mismatch'],
    ['the MD5 of another body', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'BadDigest'],
    ['a checksum that cannot be verified', { 'x-amz-checksum-crc32c': 'AAAAAA==' }, 'NotImplemented'],
  ])('are not written with %s', async (_, headers, code) => {
    const answer = await call('PUT', '/data-bucket/wrong', headers, 'content')
    expect(await answer.text()).toContain(`<Code>${code}</Code>`)
    expect((await call('GET', '/data-bucket/wrong')).status).toBe(404)
  })

  const framing = {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'x-amz-decoded-content-length': '9',
  }

  it.each([
    ['fits', '4\r\n1234\r\n5;chunk-signature=00\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n', 200],
    [
      'has a wrong checksum in its trailer',
      '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
      400,
    ],
    ['lacks an announced trailer', '9\r\n123456789\r\n0\r\n\r\n', 400],
    ['ends early', '9\r\n1234', 400],
    ['is shorter than announced', '4\r\n1234\r\n0\r\nx-amz-checksum-crc32:m+OjFg==\r\n\r\n', 400],
  ])('get the right status for a framed upload that %s', async (_, body, status) => {
    await call('DELETE', '/data-bucket/framed')
    expect((await call('PUT', '/data-bucket/framed', framing, body)).status).toBe(status)
    const answer = await call('GET', '/data-bucket/framed')
    expect(answer.status === 200 ? await answer.text() : answer.status).toBe(
      status === 200 ? '123456789' : 404,
    )
  })

  it('are refused to an unsigned request', async () => {
    expect((await fetch(`${url}/data-bucket/whole`)).status).toBe(403)
  })

  it('have errors in XML with escaped content', async () => {
    const answer = await call('GET', "/data-bucket/<b>&'nothing")
    expect(answer.headers.get('content-type')).toBe('application/xml')
    expect(await answer.text()).toContain('<Code>NoSuchKey</Code>')
  })
})
