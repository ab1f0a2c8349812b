import type { Dataset } from '../asking/dataset.ts'
import { type Endpoints, openEndpoints } from '../asking/endpoints.ts'
import type { RunContext } from '../context.ts'
import { readTold, withoutNews, withoutTold } from '../events/told.ts'
import { type Moves, openMoves } from '../fusion/guard/moves.ts'
import { recordHistory } from '../history/record.ts'
import { rowsSince } from '../history/row.ts'
import type { Gate } from '../pacing/gate.ts'
import { createClient, type SophosClient } from '../sophos/client.ts'
import { usualQueryCalls } from '../sophos/query.ts'
import { callsToList } from '../sophos/tenants.ts'
import type { State } from '../state/state.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { longestListAgeMs } from '../tenants/tenant-list.ts'
import { type BoundedLog, boundedLog } from './bounded-log.ts'
import { concludeSoFar, type Progress } from './conclusion.ts'
import { startHeartbeat } from './heartbeat.ts'
import { byId, type Known, readKnown } from './known.ts'
import type { Lease } from './lease.ts'
import { openSaving, type Saving } from './saving.ts'

/** How often the lease is renewed, and how often at most what was collected so far is saved and published. */
const heartbeatMs = 30_000
const saveEveryMs = 60_000

/** A run under way: what it knows, what it asks with, and where its results go. */
export type Run = {
  readonly startedAt: number
  readonly known: Known
  /** The earlier state could not be read. */
  readonly isLost: boolean
  readonly moves: Moves
  readonly client: SophosClient
  readonly endpoints: Endpoints
  readonly gate: Gate
  readonly saving: Saving
  /** For what a bad day has by the thousand. */
  readonly troubles: BoundedLog
  tenants(): Tenant[]
  /** Changes what is known of one tenant, if it is listed. */
  change(id: string, to: (tenant: Tenant) => Tenant): void
  /** Notes that a tenant was asked. */
  noteAsked(id: string, dataset: Dataset): void
  progress(): Progress
  /** Saves and publishes what there is while the run goes on. What fails is tried again with the next beat, and at the end. */
  saveSoFar(): Promise<void>
  /** Adds to the history what is not in it yet, and notes that in `state`. What fails now the next run makes up for. */
  record(state?: State): Promise<void>
  /** Renews the lease and saves every so often, until stopped. */
  startHeartbeat(): { stop(): Promise<void> }
}

/** Starts from what the runs before left. */
export async function openRun(
  context: RunContext,
  datasets: readonly [Dataset, ...Dataset[]],
  lease: Lease,
  gate: Gate,
): Promise<Run> {
  const { settings, clock, store, log, deadlines } = context
  const startedAt = clock.now()
  const { known, etag, isLost } = await readKnown(store, settings.source, startedAt, log)
  const tenants = () => [...known.tenants.values()]
  const moves = await openMoves(context)
  // Also where the guard was switched off: what only the state knows would be lost with it.
  await moves.remember(tenants())
  const shown = moves.applyTo(tenants())
  known.tenants = byId(
    settings.announces
      ? withoutTold(shown, await readTold(store, settings.source, startedAt, log))
      : shown.map(withoutNews),
  )

  // A person who asks, and tenants that are new, get all that there is.
  const isFirst = known.plannedAt === undefined || tenants().some(({ status }) => status === 'pending')
  if (context.trigger === 'schedule' && !isFirst) {
    gate.keepToShare(settings.refreshIntervalMs, callsOfUse(known, startedAt))
  }

  const troubles = boundedLog(log)
  const client = createClient({
    ...context,
    gate,
    deadline: deadlines.lastCallAt,
    idUrl: settings.idUrl,
    onRetry: retry => troubles.warn('asking again', retry),
  })
  const endpoints = openEndpoints({
    breakers: known.breakers,
    clock,
    onChange: change => log.warn(change.text, change),
  })
  const asking = { known, startedAt, gate, moves, client, endpoints }
  const saving = openSaving(context, datasets, { ...asking, etag, lease })
  const asked = new Map(datasets.map(dataset => [dataset, new Set<string>()]))
  const progress = (): Progress => ({ tenants: tenants(), datasets, asked })
  let savedAt = startedAt

  async function saveSoFar(): Promise<void> {
    try {
      await saving.save(concludeSoFar(progress()))
      savedAt = clock.now()
    } catch (error) {
      // The run goes on as long as the lease holds.
      log.warn('what was collected so far was not published', { error })
    }
  }

  async function record(state?: State): Promise<void> {
    const recordedUntil = clock.now()
    try {
      const rows = rowsSince(tenants(), known.recordedUntil ?? 0)
      await recordHistory(store, settings.source, rows, log)
      known.recordedUntil = recordedUntil
      if (state) await saving.saveState({ ...state, recordedUntil })
    } catch (error) {
      log.error('the history was not recorded', { error })
    }
  }

  async function beat(): Promise<void> {
    try {
      await lease.renew({ calls: gate.remembered(), pace: gate.pace() })
    } catch (error) {
      log.warn('the lease was not renewed; it is tried again with the next beat', { error })
    }
    const anyAsked = [...asked.values()].some(ids => ids.size > 0)
    if (anyAsked && clock.now() - savedAt >= saveEveryMs) await saveSoFar()
  }

  return {
    ...asking,
    isLost,
    saving,
    troubles,
    tenants,
    change(id, to) {
      const tenant = known.tenants.get(id)
      if (!tenant) return
      const changed = to(tenant)
      known.tenants.set(id, settings.announces ? changed : withoutNews(changed))
    },
    noteAsked: (id, dataset) => void asked.get(dataset)?.add(id),
    progress,
    saveSoFar,
    record,
    startHeartbeat: () => startHeartbeat(clock, heartbeatMs, beat),
  }
}

/** A token, the list where it is due, and then at least a tenant by the query API, or a few by their counts. */
const callsOfUse = ({ listedAt = 0, tenants }: Known, now: number): number =>
  (now - listedAt >= longestListAgeMs ? callsToList(tenants.size) : 0) + usualQueryCalls + 3
