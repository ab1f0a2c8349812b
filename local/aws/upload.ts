import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { crc32 } from 'node:zlib'
import { S3Error } from './s3-error.ts'

/**
 * Returns the content of an upload: the body, without the framing of `aws-chunked` if any. Verifies the length and all
 * checksums from the headers and the trailer. Throws an S3Error if one of them does not match.
 */
export function readUpload(headers: IncomingHttpHeaders, body: Buffer): Buffer {
  const signature = text(headers['x-amz-content-sha256'])
  const framed = signature?.startsWith('STREAMING-') === true
  const { content, trailer } = framed ? unframe(body) : { content: body, trailer: {} }

  const length = text(headers['x-amz-decoded-content-length'])
  if (framed && Number(length) !== content.length)
    throw new S3Error(400, 'IncompleteBody', `The body has ${content.length} bytes instead of ${length}.`)
  if (
    signature !== undefined &&
    /^[0-9a-f]{64}$/.test(signature) &&
    signature !== digest('sha256', content, 'hex')
  )
    throw new S3Error(
      400,
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match.",
    )
  checkDigest('Content-MD5', text(headers['content-md5']), () => digest('md5', content, 'base64'))

  const announced = text(headers['x-amz-trailer'])
  if (announced !== undefined && trailer[announced] === undefined)
    throw new S3Error(400, 'MalformedTrailerError', `The trailer ${announced} was announced but is missing.`)
  for (const [name, value] of Object.entries({ ...headers, ...trailer })) {
    const algorithm = /^x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)$/.exec(name)?.[1]
    if (algorithm === undefined) continue
    checkDigest(algorithm, text(value), () => checksum(algorithm, content))
  }
  return content
}

/** Returns the CRC32 in S3's form: big-endian, base64. */
export function crc32Of(content: Buffer): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(content))
  return bytes.toString('base64')
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}

function digest(algorithm: string, content: Buffer, encoding: 'hex' | 'base64'): string {
  return createHash(algorithm).update(content).digest(encoding)
}

function checksum(algorithm: string, content: Buffer): string {
  if (algorithm === 'crc32') return crc32Of(content)
  if (algorithm === 'sha1' || algorithm === 'sha256') return digest(algorithm, content, 'base64')
  throw new S3Error(
    501,
    'NotImplemented',
    `This stand-in cannot verify ${algorithm}. Send CRC32, SHA1 or SHA256.`,
  )
}

function checkDigest(name: string, given: string | undefined, actual: () => string): void {
  if (given !== undefined && given !== actual())
    throw new S3Error(400, 'BadDigest', `The ${name} you specified did not match what we received.`)
}

/**
 * Parses chunks of `<hex size>[;extension]\r\n<bytes>\r\n`, the last of size 0, then trailer lines and an empty line.
 */
function unframe(body: Buffer): { content: Buffer; trailer: Record<string, string> } {
  const malformed = () =>
    new S3Error(400, 'IncompleteBody', 'The aws-chunked body ends early or is malformed.')
  const chunks: Buffer[] = []
  let at = 0
  const line = () => {
    const end = body.indexOf('\r\n', at)
    if (end === -1) throw malformed()
    const found = body.toString('latin1', at, end)
    at = end + 2
    return found
  }
  for (;;) {
    const size = /^([0-9a-f]{1,8})(;.*)?$/i.exec(line())?.[1]
    if (size === undefined) throw malformed()
    const length = Number.parseInt(size, 16)
    if (length === 0) break
    if (body.toString('latin1', at + length, at + length + 2) !== '\r\n') throw malformed()
    chunks.push(body.subarray(at, at + length))
    at += length + 2
  }
  const trailer: Record<string, string> = {}
  while (at < body.length) {
    const [name, ...value] = line().split(':')
    if (name) trailer[name.toLowerCase()] = value.join(':').trim()
  }
  return { content: Buffer.concat(chunks), trailer }
}
