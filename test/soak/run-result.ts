import type { Published } from './published.ts'

/** An event as the bus took it, as any receiver reads it. */
export type TakenEvent = { readonly detailType: string; readonly detail: EventDetail }
type EventDetail = {
  readonly message: string
  readonly at: string
  readonly worst?: readonly { readonly id: string; readonly critical: number; readonly high: number }[]
  readonly quiet?: readonly { readonly id: string; readonly why: string }[]
}

/** How one run came to its end, and what lay in the bucket then. Times in ms of the true clock. */
export type RunResult = {
  readonly tick: number
  readonly trigger: 'schedule' | 'manual'
  readonly startedAt: number
  readonly endedAt: number
  readonly setBackMs: number
  /** `ended`: with a report; `refused`: another run held the lease; `hung`: it had to be ended by force. */
  readonly how: 'ended' | 'refused' | 'threw' | 'killed' | 'hung'
  /** Of its report, or of the error that it threw. */
  readonly message: string
  readonly result: string | undefined
  /** Bus or bucket were in trouble at the end. */
  readonly isDisturbed: boolean
  readonly events: readonly TakenEvent[]
  /** The log's lines of this run. */
  readonly log: readonly unknown[]
  readonly published: Published
}

/** Whether the run learnt and published all that it could. */
export const isClean = ({ how, result }: RunResult): boolean =>
  how === 'ended' && (result === 'complete' || result === 'partial')

/** A run that was killed may have sent events that it could not record, so they may be sent again. */
export const mayRepeat = ({ how }: RunResult): boolean => how === 'killed' || how === 'hung'
