import { ConflictError, type Store } from '../lambda/state/store.ts'

/** The data bucket in memory, with S3's conditional writes, for runs in virtual time. */
export function memoryStore(): Store & {
  text(key: string): string | undefined
  readonly keys: () => string[]
  remove(key: string): void
} {
  const objects = new Map<string, { bytes: Uint8Array; etag: string }>()
  let writes = 0
  return {
    text: key => {
      const object = objects.get(key)
      return object && new TextDecoder().decode(object.bytes)
    },
    keys: () => [...objects.keys()].sort(),
    remove: key => void objects.delete(key),
    read: async key => objects.get(key),
    etag: async key => objects.get(key)?.etag ?? null,
    list: async prefix => [...objects.keys()].filter(key => key.startsWith(prefix)).sort(),
    write: async (key, { body, onlyIf }) => {
      const etag = objects.get(key)?.etag
      if (onlyIf !== undefined && onlyIf !== (etag ?? null))
        throw new ConflictError(`Another program wrote ${key}.`)
      writes += 1
      objects.set(key, { bytes: Buffer.from(body), etag: `"${writes}"` })
      return `"${writes}"`
    },
  }
}
