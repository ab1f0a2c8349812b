import type { Log } from '../log.ts'
import type { Settings } from '../settings.ts'
import { type Damage, nothingKnown, type State } from '../state/state.ts'
import { ConflictError, type Store } from '../state/store.ts'
import { listSources, readState, UnreadableStateError } from '../state/stored-state.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toCommunityCsv } from './community.ts'
import { toCsv } from './csv.ts'
import { filesOf, type PublishedDataset } from './published-dataset.ts'
import { mergeSources } from './rows.ts'
import { type SourceState, type Table, toStatus } from './status.ts'

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
  readonly datasets: readonly PublishedDataset[]
  /** The tenants as they may be shown, by all that is known of moves. */
  readonly applyMoves: (tenants: readonly Tenant[]) => Tenant[]
}

/**
 * Publishes the CSV files of each dataset, and then status.json with the ETags of the files that it describes: so a status
 * that was written without its files, or files without their status, show that they do not belong together. Without
 * `withRows` the files stay as they are, and the status describes none.
 *
 * The states are read after the ETags, and a file is written only if no other run wrote it since; and each source saves its
 * state before it publishes. So whatever two sources do at the same time, the last one to publish has seen both.
 */
export async function publish(
  publication: Publication,
  own: State,
  { withRows }: { withRows: boolean },
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await tryToPublish(publication, own, withRows)
      return
    } catch (error) {
      if (!(error instanceof ConflictError) || tries >= mostTries) throw error
      publication.log.info('another source published at the same time; publishing again', { tries })
    }
  }
}

async function tryToPublish(publication: Publication, own: State, withRows: boolean): Promise<void> {
  const { store, settings, datasets, now } = publication
  const tags = new Map<string, string | null>()
  for (const file of datasets.flatMap(filesOf)) tags.set(file, await store.etag(file))
  const statusTag = await store.etag('status.json')
  const states = await readStates(publication, own)
  const write = (file: string, body: Uint8Array) =>
    store.write(file, {
      body,
      contentType: 'text/csv; charset=utf-8',
      cacheControl,
      onlyIf: tags.get(file) ?? null,
    })
  const tables: Table[] = []
  for (const dataset of datasets) {
    const { file, columns, community } = dataset
    const rows = mergeSources(dataset, states)
    tables.push({ dataset, rows, etag: withRows ? await write(file, toCsv(columns, rows)) : undefined })
    if (withRows && community) await write(community.file, toCommunityCsv(community.columns, rows))
  }
  await store.write('status.json', {
    body: toStatus({ ...publication, ...settings, writtenAt: now(), tables, states }),
    contentType: 'application/json',
    cacheControl,
    onlyIf: statusTag,
  })
}

/**
 * Reads the states of all sources. A source whose state cannot be read must not stop the others, and can be one that was
 * removed long ago; its tenants are missing until its next run, and status.json and the log say so.
 */
async function readStates(publication: Publication, own: State): Promise<SourceState[]> {
  const { store, settings, now, log, applyMoves } = publication
  const states: SourceState[] = []
  for (const source of await listSources(store)) {
    const { problem, state } =
      source === settings.source ? { problem: undefined, state: own } : await readOther(store, source, now())
    if (problem) log.error('the state of another source cannot be read', { source, problem })
    // Another source's state may be from before a move was known, and may not be written again for long.
    states.push({ source, problem, state: { ...state, tenants: applyMoves(state.tenants) } })
  }
  return states
}

async function readOther(
  store: Store,
  source: string,
  now: number,
): Promise<Pick<SourceState, 'problem' | 'state'>> {
  try {
    const { state, damage } = await readState(store, source, now)
    return { state, problem: damage && describeDamage(damage) }
  } catch (error) {
    if (!(error instanceof UnreadableStateError)) throw error
    return {
      state: nothingKnown,
      problem: `The tenants of this source are missing. ${error.message} The next run of this source heals it; if the source was removed, remove the object.`,
    }
  }
}

const describeDamage = ({ lines, lost, first }: Damage): string =>
  `${lines} of the tenants of this source could not be read (${first}): ${lost} are missing, the others have no figures. The next run of this source heals it.`
