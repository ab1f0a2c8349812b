import type { IncomingHttpHeaders } from 'node:http'
import { type Conditions, checkWrite, isKnown } from './conditions.ts'
import { listPage, readListing } from './list.ts'
import type { Metadata, openObjects, StoredObject } from './objects.ts'
import { S3Error } from './s3-error.ts'
import { crc32Of, readUpload } from './upload.ts'
import { type Xml, xmlDocument } from './xml.ts'

type Objects = ReturnType<typeof openObjects>

export type S3Request = {
  readonly method: string
  /** As received, still percent-encoded. */
  readonly pathname: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type S3Answer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | number>>
  readonly body?: Buffer | string
}

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** Answers an S3 request with a path-style address: `/<bucket>/<key>`. Throws an S3Error for anything else. */
export function answerS3(objects: Objects, request: S3Request): S3Answer {
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 '))
    throw new S3Error(403, 'AccessDenied', 'The request is not signed. Any access key will do here.')
  const { bucket, key } = readPath(request.pathname)
  const operation = `${request.method} ${key === '' ? 'bucket' : 'object'}`
  switch (operation) {
    case 'PUT bucket':
      objects.createBucket(bucket)
      return { status: 200, headers: { Location: `/${bucket}` } }
    case 'HEAD bucket':
      objects.needBucket(bucket)
      return { status: 200 }
    case 'GET bucket':
      return list(objects, bucket, request.query)
    case 'PUT object':
      return put(objects, bucket, key, request)
    case 'GET object':
    case 'HEAD object':
      return get(objects, bucket, key, request)
    case 'DELETE object': {
      checkWrite(conditionsOf(request.headers), objects.read(bucket, key)?.etag)
      objects.remove(bucket, key)
      return { status: 204 }
    }
    default:
      throw new S3Error(501, 'NotImplemented', `This stand-in does not support ${operation}.`)
  }
}

function readPath(pathname: string): { bucket: string; key: string } {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(pathname) ?? []
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) }
  } catch {
    throw new S3Error(400, 'InvalidURI', `Couldn't parse the specified URI: ${pathname}`)
  }
}

function conditionsOf(headers: IncomingHttpHeaders): Conditions {
  return { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] }
}

function put(objects: Objects, bucket: string, key: string, { headers, query, body }: S3Request): S3Answer {
  if (headers['x-amz-copy-source'] !== undefined || query.has('uploadId') || query.has('tagging'))
    throw new S3Error(501, 'NotImplemented', 'This stand-in only puts whole objects.')
  const content = readUpload(headers, body)
  checkWrite(conditionsOf(headers), objects.read(bucket, key)?.etag)
  objects.write(bucket, key, content, metadataOf(headers))
  const etag = objects.read(bucket, key)?.etag ?? ''
  return { status: 200, headers: { ETag: etag, 'x-amz-checksum-crc32': crc32Of(content) } }
}

function metadataOf(headers: IncomingHttpHeaders): Metadata {
  const user = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('x-amz-meta-') && typeof value === 'string'
      ? [[name.slice('x-amz-meta-'.length), value]]
      : [],
  )
  return {
    contentType: headers['content-type'] ?? 'application/octet-stream',
    ...(headers['cache-control'] !== undefined && { cacheControl: headers['cache-control'] }),
    user: Object.fromEntries(user),
  }
}

function get(objects: Objects, bucket: string, key: string, { method, headers }: S3Request): S3Answer {
  const object = objects.read(bucket, key)
  if (object === undefined) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.')
  const described = describe(object)
  if (isKnown(conditionsOf(headers), object.etag)) return { status: 304, headers: described }
  const size = object.content.length
  const range = readRange(headers.range, size)
  const part = range === undefined ? object.content : object.content.subarray(range.first, range.last + 1)
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...described,
      'Content-Length': part.length,
      ...(range !== undefined && { 'Content-Range': `bytes ${range.first}-${range.last}/${size}` }),
      // The checksum covers the whole object, so a part has none.
      ...(range === undefined &&
        headers['x-amz-checksum-mode'] === 'ENABLED' && { 'x-amz-checksum-crc32': crc32Of(object.content) }),
    },
    ...(method === 'GET' && { body: part }),
  }
}

function describe({ etag, lastModified, metadata }: StoredObject): Record<string, string> {
  const user = Object.entries(metadata.user ?? {}).map(([name, value]) => [`x-amz-meta-${name}`, value])
  return {
    ETag: etag,
    'Last-Modified': lastModified.toUTCString(),
    'Content-Type': metadata.contentType,
    'Accept-Ranges': 'bytes',
    ...(metadata.cacheControl !== undefined && { 'Cache-Control': metadata.cacheControl }),
    ...Object.fromEntries(user),
  }
}

/** Returns one range of bytes, both ends included. Ignores malformed and multiple ranges, as S3 does. */
function readRange(header: string | undefined, size: number): { first: number; last: number } | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to))
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined
  if (first >= size || first > last)
    throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable')
  return { first, last }
}

function list(objects: Objects, bucket: string, query: URLSearchParams): S3Answer {
  if (query.get('list-type') !== '2')
    throw new S3Error(501, 'NotImplemented', 'This stand-in lists with ListObjectsV2 only.')
  const listing = readListing(query)
  const { keys, prefixes, next } = listPage(objects.keys(bucket), listing)
  const shown = (text: string) => (listing.encode ? encodeURIComponent(text).replaceAll('%2F', '/') : text)
  const contents = keys.flatMap((key): Xml[] => {
    const object = objects.read(bucket, key)
    return object === undefined
      ? []
      : [
          {
            Key: shown(key),
            LastModified: object.lastModified.toISOString(),
            ETag: object.etag,
            Size: object.content.length,
            StorageClass: 'STANDARD',
          },
        ]
  })
  const result: Xml = {
    Name: bucket,
    Prefix: shown(listing.prefix),
    Delimiter: listing.delimiter === '' ? undefined : shown(listing.delimiter),
    EncodingType: listing.encode ? 'url' : undefined,
    MaxKeys: listing.maxKeys,
    KeyCount: keys.length + prefixes.length,
    IsTruncated: next !== undefined,
    ContinuationToken: query.get('continuation-token') ?? undefined,
    NextContinuationToken: next === undefined ? undefined : Buffer.from(next).toString('base64url'),
    Contents: contents,
    CommonPrefixes: prefixes.map(prefix => ({ Prefix: shown(prefix) })),
  }
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml' },
    body: xmlDocument('ListBucketResult', result, namespace),
  }
}
