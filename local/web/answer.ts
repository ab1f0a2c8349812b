import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { DeclaredHeader } from './edge.ts'
import type { StoredObject } from './stored-object.ts'

export type Answer = {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * S3's answer to CloudFront for a missing or forbidden object. CloudFront may not list the bucket, so both look the
 * same.
 */
export const accessDenied: Answer = {
  status: 403,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
  ),
}

export const textAnswer = (status: number, text: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: Buffer.from(`${text}\n`),
})

/** The types in use here that CloudFront compresses ("Serve compressed files" in its developer guide). */
const compressible = new Set([
  'application/json',
  'image/svg+xml',
  'text/css',
  'text/csv',
  'text/html',
  'text/javascript',
  'text/plain',
])
const compress = { br: brotliCompressSync, gzip: gzipSync }
type Encoding = keyof typeof compress

/**
 * Returns a 200, or a 304 if the viewer already has the object. `asked`: the request's headers, names in lower case.
 * `encodings`: those that the behaviour offers, best first.
 */
export function answerObject(
  object: StoredObject,
  asked: Readonly<Record<string, string>>,
  encodings: readonly Encoding[],
): Answer {
  const offered = isCompressed(object) ? encodings : []
  const encoding = offered.find(one => accepts(asked['accept-encoding'] ?? '', one))
  const headers = {
    // A compressed object has the same content but other bytes, so CloudFront makes its ETag weak.
    etag: encoding ? `W/${object.etag}` : object.etag,
    'last-modified': object.lastModified.toUTCString(),
    ...(object.cacheControl === undefined ? {} : { 'cache-control': object.cacheControl }),
    ...(offered.length > 0 ? { vary: 'Accept-Encoding' } : {}),
  }
  if (isNamed(asked['if-none-match'] ?? '', object.etag))
    return { status: 304, headers, body: Buffer.alloc(0) }
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': object.contentType,
      ...(encoding ? { 'content-encoding': encoding } : {}),
    },
    body: encoding ? compress[encoding](object.body) : object.body,
  }
}

/** CloudFront compresses from 1,000 to 10,000,000 bytes. */
function isCompressed({ body, contentType }: StoredObject): boolean {
  const [type = ''] = contentType.split(';')
  return compressible.has(type.trim()) && body.length >= 1_000 && body.length <= 10_000_000
}

const accepts = (acceptEncoding: string, encoding: Encoding): boolean =>
  acceptEncoding.split(',').some(part => {
    const [name = '', ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/)
    return name === encoding && !parameters.some(parameter => /^q=0(\.0*)?$/.test(parameter))
  })

/** RFC 9110, 13.1.2: a list of tags with weak comparison, or `*` for any version. */
const isNamed = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.split(',').some(tag => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)

/** Adds the headers of the behaviour's policy to an answer. Existing headers stay, unless the policy overrides them. */
export function withHeaders(answer: Answer, declared: readonly DeclaredHeader[]): Answer {
  const added = declared.filter(({ name, override }) => override || !(name in answer.headers))
  return {
    ...answer,
    headers: { ...answer.headers, ...Object.fromEntries(added.map(one => [one.name, one.value])) },
  }
}
