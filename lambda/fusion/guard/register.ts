import * as v from 'valibot'
import type { Log } from '../../log.ts'
import { moment, parseJson } from '../../schemas.ts'
import { ConflictError, type Store } from '../../state/store.ts'

/** Beside the sources' own states: a move is a fact of the tenant, whichever credential sees it. */
const key = 'state/moved.json'

const registerSchema = v.object({
  schemaVersion: v.literal(1),
  /** The tenant's id, and when it was found out (milliseconds since the epoch). */
  moved: v.array(v.tuple([v.string(), moment])),
})

/** Two sources that write at the same moment settle it in one or two tries. */
const mostTries = 5

/**
 * The tenants that are known to have moved to Sophos Fusion, by their id, with the time (ms) when that was found out. They
 * are kept apart from the state, because a move is for ever: it must outlast a state that is lost, and a tenant that
 * leaves the list and comes back. One that cannot be read is set aside; then the states say what they know.
 */
export async function readMoved(store: Store, log: Log): Promise<ReadonlyMap<string, number>> {
  return (await read(store, log)).moved
}

/** Adds tenants to those known to have moved. Nothing is ever taken away. */
export async function rememberMoved(
  store: Store,
  more: ReadonlyMap<string, number>,
  log: Log,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { moved, etag } = await read(store, log)
    if ([...more.keys()].every(id => moved.has(id))) return
    const body = JSON.stringify({ schemaVersion: 1, moved: [...new Map([...more, ...moved])] })
    try {
      const object = { body, contentType: 'application/json', cacheControl: 'no-store', onlyIf: etag }
      await store.write(key, object)
      return
    } catch (error) {
      if (!(error instanceof ConflictError) || tries >= mostTries) throw error
    }
  }
}

async function read(store: Store, log: Log) {
  const found = await store.read(key)
  if (!found) return { moved: new Map<string, number>(), etag: null }
  const parsed = v.safeParse(registerSchema, parseJson(new TextDecoder().decode(found.bytes)))
  if (parsed.success) return { moved: new Map(parsed.output.moved), etag: found.etag }
  const setAside = 'state/unreadable/moved.json'
  log.error('the register of moved tenants cannot be read; going on with what the states know', {
    key,
    setAside,
  })
  await store.write(setAside, {
    body: found.bytes,
    contentType: 'application/json',
    cacheControl: 'no-store',
  })
  return { moved: new Map<string, number>(), etag: found.etag }
}
