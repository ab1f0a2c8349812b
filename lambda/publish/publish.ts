import type { Log } from '../log.ts'
import type { Settings } from '../settings.ts'
import type { State } from '../state.ts'
import { ConflictError, type NewObject, type Store } from '../store.ts'
import { listSources, readState } from '../stored-state.ts'
import { toCsv } from './csv.ts'
import { mergeSources } from './rows.ts'
import { toStatus } from './status.ts'

/** Browsers ask each time, with a condition; CloudFront answers for half a minute before it asks the bucket. */
const cacheControl = 'public, max-age=0, s-maxage=30, must-revalidate'

/** Two sources that publish at the same moment settle it in one or two tries; more than this is no coincidence. */
const mostTries = 10

export type Publication = {
  readonly store: Store
  readonly settings: Pick<Settings, 'source' | 'demo' | 'refreshIntervalMs'>
  readonly version: string
  readonly now: () => number
  readonly log: Log
}

/**
 * `withRows`: the CSV as well; a run that learnt nothing of any tenant leaves it as it is. Throws UnreadableStateError
 * rather than publishing without a source whose state cannot be read: its tenants would disappear.
 */
export async function publish(
  publication: Publication,
  own: State,
  { withRows }: { withRows: boolean },
): Promise<void> {
  const { settings, version, now } = publication
  const csv = { contentType: 'text/csv; charset=utf-8', cacheControl }
  if (withRows) {
    await writeFromStates(publication, own, 'detections.csv', states => ({
      ...csv,
      body: toCsv(mergeSources(states)),
    }))
  }
  await writeFromStates(publication, own, 'status.json', states => {
    const rows = mergeSources(states)
    const reports = states.flatMap(({ state }) => state.report ?? [])
    const { demo, refreshIntervalMs } = settings
    const body = toStatus({ version, demo, refreshIntervalMs, writtenAt: now(), rows, reports })
    return { contentType: 'application/json', cacheControl, body }
  })
}

type SourceState = { readonly source: string; readonly state: State }

/**
 * Writes an object that is made of the states of all sources. The states are read after the object, and it is written
 * only if nobody wrote it since; and each source writes its state before it publishes. So whatever two sources do at the
 * same time, the last one to publish has seen both.
 */
async function writeFromStates(
  { store, settings, log }: Publication,
  own: State,
  key: string,
  make: (states: readonly SourceState[]) => NewObject,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const etag = (await store.read(key))?.etag ?? null
    try {
      await store.write(key, { ...make(await readStates(store, settings.source, own)), onlyIf: etag })
      return
    } catch (error) {
      if (!(error instanceof ConflictError) || tries >= mostTries) throw error
      log.info('another source published at the same time; publishing again', { key, tries })
    }
  }
}

async function readStates(store: Store, ownSource: string, own: State): Promise<SourceState[]> {
  const states: SourceState[] = []
  for (const source of await listSources(store)) {
    states.push({ source, state: source === ownSource ? own : (await readState(store, source)).state })
  }
  return states
}
