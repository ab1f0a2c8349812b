import type { Dataset } from '../asking/dataset.ts'
import type { Endpoints } from '../asking/endpoints.ts'
import type { RunContext } from '../context.ts'
import type { Moves } from '../fusion/guard/moves.ts'
import type { Gate } from '../pacing/gate.ts'
import { type Pace, shareAt } from '../pacing/pace.ts'
import { publish } from '../publish/publish.ts'
import type { SophosClient } from '../sophos/client.ts'
import { nextRunAt, type RunReport } from '../state/run-report.ts'
import type { State } from '../state/state.ts'
import { ConflictError } from '../state/store.ts'
import { readState, writeState } from '../state/stored-state.ts'
import type { Conclusion } from './conclusion.ts'
import { type Health, healthOf, plannedCycleMs } from './health.ts'
import type { Known } from './known.ts'
import { type Lease, LeaseLostError } from './lease.ts'

/** A run's way to save what it knows, and to publish from it. */
export type Saving = {
  /**
   * Saves the state and publishes it, the CSV files too if there are any tenants in it. Returns the state as it was saved.
   * Throws LeaseLostError and ConflictError where another run took over.
   */
  save(conclusion: Conclusion): Promise<SavedState>
  /** Saves the state alone. */
  saveState(state: State): Promise<void>
}

/** A state with the report of the run that saved it. */
export type SavedState = State & { readonly report: RunReport }

export function openSaving(
  { store, settings, version, clock, log, trigger }: RunContext,
  datasets: readonly [Dataset, ...Dataset[]],
  run: {
    known: Known
    /** Of the state that the run started from. */
    etag: string | null
    startedAt: number
    lease: Lease
    gate: Gate
    moves: Pick<Moves, 'applyTo'>
    client: SophosClient
    endpoints: Endpoints
  },
): Saving {
  const { source, refreshIntervalMs, fusion } = settings
  const { known, startedAt, gate } = run
  let { etag } = run

  const health = (): Health => {
    const tenants = [...known.tenants.values()]
    return healthOf(tenants, plannedCycleMs(tenants, settings, datasets), clock.now())
  }

  const report = (conclusion: Conclusion): RunReport => ({
    ...conclusion,
    source,
    fusion: { guard: fusion.guard ? 'on' : 'off', counts: fusion.counts },
    startedAt,
    endedAt: clock.now(),
    trigger,
    calls: { ...run.client.calls },
    budget: gate.left().map(({ window: { text: window, ...limit }, left }) => ({ window, ...limit, left })),
    pace: paceNow(gate.pace(), clock.now()),
    health: health(),
    nextRunAt: nextRunAt({ trigger, startedAt, intervalMs: refreshIntervalMs, planned: known.plannedAt }),
  })

  async function saveState(state: State): Promise<void> {
    try {
      etag = await writeState(store, source, state, etag)
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      // An earlier write of this very run may have come through though its answer was lost, or a person removed the object.
      const found = await readState(store, source, clock.now())
      if (found.etag !== null && found.state.report?.startedAt !== state.report?.startedAt) throw error
      etag = await writeState(store, source, state, found.etag)
    }
  }

  return {
    saveState,
    async save(conclusion) {
      // Without the lease another run saves; its work would be lost by this one's.
      if (run.lease.until() === 0)
        throw new LeaseLostError('Another run took over; what this one collected is not saved.')
      const state = {
        tenants: [...known.tenants.values()],
        listedAt: known.listedAt,
        recordedUntil: known.recordedUntil,
        breakers: run.endpoints.remembered(),
        report: report(conclusion),
      }
      await saveState(state)
      const publication = { store, settings, version, now: clock.now, log, datasets }
      // Without a list nothing is known of an installation's tenants, or of those of a state that was removed: none are
      // published as gone.
      const withRows = state.listedAt !== undefined || state.tenants.length > 0
      await publish({ ...publication, applyMoves: run.moves.applyTo }, state, { withRows })
      return state
    },
  }
}

const paceNow = (pace: Pace, now: number): RunReport['pace'] => ({
  share: shareAt(pace, now),
  ...(pace.pausedUntil > now && { pausedUntil: pace.pausedUntil }),
})
