import type { Answer, Validators } from './poll/ask-file.ts'
import { mergeDetections, mergeStatus, type ViewState } from './view-state.ts'

/** A file that the page polls. */
export type PolledFile = {
  /** Relative to the page. */
  readonly address: string
  /** What the last good answer can be recognised by. */
  validators(state: ViewState): Validators | undefined
  /** The state with an answer; the very same state where it changes nothing. */
  merge(state: ViewState, answer: Answer, now: number): ViewState
}

/** The files of all datasets, and status.json. The first one says how the server is, and sets the clock. */
export const files: readonly PolledFile[] = [
  {
    address: 'detections.csv',
    validators: ({ detections }) => detections?.validators,
    merge: mergeDetections,
  },
  { address: 'status.json', validators: ({ status }) => status?.validators, merge: mergeStatus },
]
