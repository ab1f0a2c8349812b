import type { Log } from '../log.ts'
import type { Settings } from '../settings.ts'
import type { State } from '../state/state.ts'
import { ConflictError, type Store } from '../state/store.ts'
import { listSources, readState } from '../state/stored-state.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toCsv } from './csv.ts'
import type { PublishedDataset } from './published-dataset.ts'
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
  readonly datasets: readonly PublishedDataset[]
  /** The tenants as they may be shown, by all that is known of moves. */
  readonly applyMoves: (tenants: readonly Tenant[]) => Tenant[]
}

/**
 * Publishes status.json and, `withRows`, the CSV file of each dataset, made from the states of all sources. A run that
 * learnt nothing of any tenant leaves the rows as they are. Throws UnreadableStateError rather than publishing without a
 * source whose state cannot be read: its tenants would disappear.
 *
 * The states are read after the ETags, and a file is written only if no other run wrote it since; and each source saves its
 * state before it publishes. So whatever two sources do at the same time, the last one to publish has seen both.
 */
export async function publish(
  publication: Publication,
  own: State,
  { withRows }: { withRows: boolean },
): Promise<void> {
  const { store, log, now } = publication
  for (let tries = 1; ; tries++) {
    const tags = new Map<string, string | null>()
    for (const { file } of publication.datasets) tags.set(file, await store.etag(file))
    const statusTag = await store.etag('status.json')
    const states = await readStates(publication, own)
    const tables = publication.datasets.map(dataset => ({ dataset, rows: mergeSources(dataset, states) }))
    try {
      for (const { dataset, rows } of withRows ? tables : []) {
        const body = toCsv(dataset.columns, rows)
        const onlyIf = tags.get(dataset.file) ?? null
        await store.write(dataset.file, {
          body,
          contentType: 'text/csv; charset=utf-8',
          cacheControl,
          onlyIf,
        })
      }
      const body = toStatus({ ...publication, ...publication.settings, writtenAt: now(), tables, states })
      await store.write('status.json', {
        ...{ body, contentType: 'application/json', cacheControl },
        onlyIf: statusTag,
      })
      return
    } catch (error) {
      if (!(error instanceof ConflictError) || tries >= mostTries) throw error
      log.info('another source published at the same time; publishing again', { tries })
    }
  }
}

type SourceState = { readonly source: string; readonly state: State }

async function readStates({ store, settings, applyMoves }: Publication, own: State): Promise<SourceState[]> {
  const states: SourceState[] = []
  for (const source of await listSources(store)) {
    const state = source === settings.source ? own : (await readState(store, source)).state
    // Another source's state may be from before a move was known, and may not be written again for long.
    states.push({ source, state: { ...state, tenants: applyMoves(state.tenants) } })
  }
  return states
}
