import type { Store } from '../lambda/store.ts'

/** The data bucket as a map, for runs in virtual time. */
export function memoryStore(): Store & { readonly objects: ReadonlyMap<string, string> } {
  const objects = new Map<string, string>()
  return {
    objects,
    read: async key => objects.get(key),
    write: async (key, { body }) => {
      objects.set(key, body)
    },
  }
}
