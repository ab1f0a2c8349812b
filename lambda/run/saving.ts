import type { Moves } from '../fusion/guard/moves.ts'
import { publish } from '../publish/publish.ts'
import type { State } from '../state/state.ts'
import { ConflictError } from '../state/store.ts'
import { readState, writeState } from '../state/stored-state.ts'
import type { RunContext } from './run.ts'

/** A run's way of saving its state, and of publishing from it, with or without the rows of the CSV. */
export type Saving = {
  /** Throws ConflictError where another run saved in the meantime. */
  save(state: State): Promise<void>
  publish(state: State, options: { withRows: boolean }): Promise<void>
}

/** `firstEtag` is that of the state that the run took up; `moves` go for the tenants of all sources. */
export function openSaving(
  { store, settings, version, clock, log }: RunContext,
  firstEtag: string | null,
  moves: Pick<Moves, 'applyTo'>,
): Saving {
  const { source } = settings
  let etag = firstEtag

  return {
    async save(state) {
      try {
        etag = await writeState(store, source, state, etag)
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error
        // An earlier write of this very run may have come through though its answer was lost.
        const found = await readState(store, source)
        if (found.state.report?.startedAt !== state.report?.startedAt) throw error
        etag = await writeState(store, source, state, found.etag)
      }
    },
    publish: (state, options) =>
      publish({ store, settings, version, now: clock.now, log, applyMoves: moves.applyTo }, state, options),
  }
}
