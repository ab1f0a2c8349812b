import type { PolledFile } from '../files.ts'
import type { ViewState } from '../view-state.ts'
import type { Answer, Validators } from './ask-file.ts'

/**
 * Asks for all files at once. Returns the first one's answer, and what the page shows with all answers: `merge` makes it from
 * the state at that moment, which may have changed meanwhile.
 */
export async function pollFiles(
  files: readonly [PolledFile, ...PolledFile[]],
  state: ViewState,
  ask: (address: string, known: Validators | undefined) => Promise<Answer>,
): Promise<{ first: Answer; merge: (state: ViewState, now: number) => ViewState }> {
  const askOne = async (file: PolledFile) => ({
    file,
    answer: await ask(file.address, file.validators(state)),
  })
  const [first, ...rest] = files
  const [firstAnswer, ...restAnswers] = await Promise.all([askOne(first), ...rest.map(askOne)])
  return {
    first: firstAnswer.answer,
    merge: (now, at) =>
      [firstAnswer, ...restAnswers].reduce((merged, { file, answer }) => file.merge(merged, answer, at), now),
  }
}
