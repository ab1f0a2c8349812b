import { publish } from './publish/publish.ts'
import type { RunContext } from './run.ts'
import { readState, type State, writeState } from './state.ts'
import { ConflictError } from './store.ts'

/** Saves a run's state, then publishes; with or without the rows of the CSV. */
export type Save = (state: State, options: { withRows: boolean }) => Promise<void>

/** `firstEtag` is that of the state that the run took up. Throws ConflictError where another run saved in the meantime. */
export function openSaving(
  { store, settings, version, clock, log }: RunContext,
  firstEtag: string | null,
): Save {
  const { source } = settings
  let etag = firstEtag

  async function write(state: State): Promise<string> {
    try {
      return await writeState(store, source, state, etag)
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      // An earlier write of this very run may have come through though its answer was lost.
      const found = await readState(store, source, log)
      if (found.state.report?.startedAt !== state.report?.startedAt) throw error
      return writeState(store, source, state, found.etag)
    }
  }

  return async (state, options) => {
    etag = await write(state)
    await publish({ store, settings, version, now: clock.now, log }, state, options)
  }
}
