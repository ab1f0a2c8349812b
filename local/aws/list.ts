import { S3Error } from './s3-error.ts'

/** The parameters of ListObjectsV2. */
export type Listing = {
  readonly prefix: string
  readonly delimiter: string
  readonly maxKeys: number
  /** List only what comes after this: `start-after`, or the end of the last page. */
  readonly after: string
}

/** One page of a listing: keys, and common prefixes up to a delimiter, together at most `maxKeys`. */
export type Page = {
  readonly keys: readonly string[]
  readonly prefixes: readonly string[]
  /** The start of the next page, `undefined` on the last page. */
  readonly next: string | undefined
}

/** Returns one page of the keys of a bucket. `all` must be in S3's order. */
export function listPage(all: readonly string[], { prefix, delimiter, maxKeys, after }: Listing): Page {
  const isLater = (text: string) => Buffer.compare(Buffer.from(text), Buffer.from(after)) > 0
  const entries = new Map<string, 'key' | 'prefix'>()
  for (const key of all) {
    if (!key.startsWith(prefix)) continue
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    const entry = end === -1 ? key : key.slice(0, end + delimiter.length)
    if (isLater(entry)) entries.set(entry, end === -1 ? 'key' : 'prefix')
  }
  const page = [...entries].slice(0, maxKeys)
  return {
    keys: page.filter(([, kind]) => kind === 'key').map(([entry]) => entry),
    prefixes: page.filter(([, kind]) => kind === 'prefix').map(([entry]) => entry),
    next: entries.size > page.length ? page.at(-1)?.[0] : undefined,
  }
}

export function readListing(query: URLSearchParams): Listing & { encode: boolean } {
  const token = query.get('continuation-token')
  const maxKeys = Number(query.get('max-keys') ?? 1000)
  if (!Number.isInteger(maxKeys) || maxKeys < 0)
    throw new S3Error(400, 'InvalidArgument', 'max-keys must be a whole number, 0 or more.')
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys: Math.min(1000, maxKeys),
    after: token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString(),
    encode: query.get('encoding-type') === 'url',
  }
}
