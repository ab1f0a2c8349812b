import type { Log } from '../log.ts'
import { type Damage, nothingKnown, parseState, type State, serializeState } from './state.ts'
import type { Store, StoredObject } from './store.ts'

/** A state as it lies in the bucket: `etag` is null where there is none yet, `damage` is what of it could not be read. */
export type StoredState = {
  readonly state: State
  readonly etag: string | null
  readonly damage: Damage | undefined
}

const stateKey = (source: string): string => `state/${source}/tenants.ndjson.gz`

/** The sources that have a state in the bucket, the only trace of which other sources write there. */
export async function listSources(store: Store): Promise<string[]> {
  const keys = await store.list('state/')
  return keys.flatMap(key => /^state\/([^/]+)\/tenants\.ndjson\.gz$/.exec(key)?.[1] ?? [])
}

/** A state that this version cannot read: written by a newer one, or by hand. */
export class UnreadableStateError extends Error {
  override readonly name = 'UnreadableStateError'

  constructor(source: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(`The state ${stateKey(source)} cannot be read (${why}). The bucket keeps its earlier versions.`, {
      cause,
    })
  }
}

/** Reads a source's state, as of `now` (ms). Throws UnreadableStateError. */
export async function readState(store: Store, source: string, now: number): Promise<StoredState> {
  const found = await store.read(stateKey(source))
  return found ? parse(source, found, now) : { state: nothingKnown, etag: null, damage: undefined }
}

function parse(source: string, found: StoredObject, now: number): StoredState {
  try {
    return { ...parseState(found.bytes, now), etag: found.etag }
  } catch (error) {
    throw new UnreadableStateError(source, error)
  }
}

/**
 * Reads a run's own state. What cannot be read is set aside, and the run starts without it: Sophos gives everything anew,
 * except the last good figures of tenants that cannot be asked now. `isLost` says that tenants are gone with it: a run that
 * gets no list must not save without them.
 */
export async function readOwnState(
  store: Store,
  source: string,
  now: number,
  log: Log,
): Promise<Omit<StoredState, 'damage'> & { readonly isLost: boolean }> {
  const found = await store.read(stateKey(source))
  if (!found) return { state: nothingKnown, etag: null, isLost: false }
  const setAside = `state/${source}/unreadable/tenants.ndjson.gz`
  const keep = (body: Uint8Array) =>
    store.write(setAside, { body, contentType: 'application/gzip', cacheControl: 'no-store' })
  try {
    const { damage, ...read } = parse(source, found, now)
    if (!damage) return { ...read, isLost: false }
    log.error('tenants in the state cannot be read; they are asked anew', { setAside, ...damage })
    await keep(found.bytes)
    return { ...read, isLost: damage.lost > 0 }
  } catch (error) {
    if (!(error instanceof UnreadableStateError)) throw error
    log.error('the state cannot be read; starting without it', { setAside, error })
    await keep(found.bytes)
    return { state: nothingKnown, etag: found.etag, isLost: true }
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
