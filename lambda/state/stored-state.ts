import type { Log } from '../log.ts'
import { nothingKnown, parseState, type State, serializeState } from './state.ts'
import type { Store, StoredObject } from './store.ts'

/** A state as it lies in the bucket: `etag` is null where there is none yet. */
export type StoredState = { readonly state: State; readonly etag: string | null }

const stateKey = (source: string): string => `state/${source}/tenants.ndjson.gz`

/** The sources that have a state in the bucket, the only trace of which other sources write there. */
export async function listSources(store: Store): Promise<string[]> {
  const keys = await store.list('state/')
  return keys.flatMap(key => /^state\/([^/]+)\/tenants\.ndjson\.gz$/.exec(key)?.[1] ?? [])
}

/** A state that this version cannot read: written by a newer one, or by hand. `found` is the object as it lies there. */
class UnreadableStateError extends Error {
  override readonly name = 'UnreadableStateError'
  readonly found: StoredObject

  constructor(source: string, found: StoredObject, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(`The state ${stateKey(source)} cannot be read (${why}). The bucket keeps its earlier versions.`, {
      cause,
    })
    this.found = found
  }
}

/** Reads a source's state. Throws UnreadableStateError. */
export async function readState(store: Store, source: string): Promise<StoredState> {
  const found = await store.read(stateKey(source))
  if (!found) return { state: nothingKnown, etag: null }
  try {
    return { state: parseState(found.bytes), etag: found.etag }
  } catch (error) {
    throw new UnreadableStateError(source, found, error)
  }
}

/**
 * Reads a run's own state. One that cannot be read is set aside, and the run starts without it: Sophos gives everything
 * anew, except the last good figures of tenants that cannot be asked now. `isLost` says so: a run that learns nothing new
 * must not save the nothing that it knows.
 */
export async function readOwnState(
  store: Store,
  source: string,
  log: Log,
): Promise<StoredState & { readonly isLost: boolean }> {
  try {
    return { ...(await readState(store, source)), isLost: false }
  } catch (error) {
    if (!(error instanceof UnreadableStateError)) throw error
    const setAside = `state/${source}/unreadable/tenants.ndjson.gz`
    log.error('the state cannot be read; starting without it', { setAside, error })
    await store.write(setAside, {
      body: error.found.bytes,
      contentType: 'application/gzip',
      cacheControl: 'no-store',
    })
    return { state: nothingKnown, etag: error.found.etag, isLost: true }
  }
}

/** Writes the state where it is still as it was read, and returns its new ETag. Throws ConflictError otherwise. */
export async function writeState(
  store: Store,
  source: string,
  state: State,
  etag: string | null,
): Promise<string> {
  const body = serializeState(state)
  const object = { body, contentType: 'application/gzip', cacheControl: 'no-store', onlyIf: etag }
  return store.write(stateKey(source), object)
}
