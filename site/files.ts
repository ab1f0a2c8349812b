import type { Answer, Validators } from './poll/ask-file.ts'
import { mergeDetections, mergeStatus, type ViewState } from './view-state.ts'

/** A file that the page polls. */
export type PolledFile = {
  /** Relative to the page. */
  readonly address: string
  /** The server's version marks of the last good answer. */
  validators(state: ViewState): Validators | undefined
  /** Returns the state with the answer merged in; the same state if nothing changed. */
  merge(state: ViewState, answer: Answer, now: number): ViewState
}

/** The files of all datasets, and status.json. The first one shows how the server is, and sets the clock. */
export const files: readonly PolledFile[] = [
  {
    address: 'detections.csv',
    validators: ({ detections }) => detections?.validators,
    merge: mergeDetections,
  },
  { address: 'status.json', validators: ({ status }) => status?.validators, merge: mergeStatus },
]
