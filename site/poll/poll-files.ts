import type { PolledFile } from '../files.ts'
import type { ViewState } from '../view-state.ts'
import type { Answer, Validators } from './ask-file.ts'

/**
 * Asks for all files at once. Returns the answers in their order, and a function that merges them into a state: the
 * page's state may have changed while they came.
 */
export async function pollFiles(
  files: readonly PolledFile[],
  state: ViewState,
  ask: (address: string, known: Validators | undefined) => Promise<Answer>,
): Promise<{ answers: readonly Answer[]; merge: (state: ViewState, now: number) => ViewState }> {
  const answers = await Promise.all(files.map(file => ask(file.address, file.validators(state))))
  return {
    answers,
    merge: (to, now) =>
      answers.reduce((merged, answer, i) => files[i]?.merge(merged, answer, now) ?? merged, to),
  }
}
