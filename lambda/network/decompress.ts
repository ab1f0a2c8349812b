import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'

const ways = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
])

/**
 * Returns what `bytes` hold, as the `Content-Encoding` of their answer says. No request asks for compression, but a gateway
 * on the way may compress all the same. Throws for another encoding, for damaged bytes, and as soon as the result is longer
 * than `maxBytes`.
 */
export async function decompress(bytes: Uint8Array, encoding: string, maxBytes: number): Promise<Uint8Array> {
  const name = encoding.trim().toLowerCase()
  if (name === 'identity') return bytes
  const way = ways.get(name)
  if (way === undefined) throw new Error('the answer is compressed in an unknown way')
  try {
    return await way(bytes, { maxOutputLength: maxBytes })
  } catch (cause) {
    if (cause instanceof RangeError) throw cause
    throw new Error(`the answer is damaged: it is not ${name}`, { cause })
  }
}
