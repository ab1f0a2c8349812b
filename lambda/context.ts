import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import type { Deadlines } from './pacing/deadlines.ts'
import type { Settings } from './settings.ts'
import type { Credentials } from './sophos/token.ts'
import type { Transport } from './sophos/transport.ts'
import type { Store } from './state/store.ts'

/** What started a run: its schedule, or a person who wants fresh figures now. */
type Trigger = 'schedule' | 'manual'

/** Everything from outside that the collector or the doctor touches, and its settings. */
export type WorkContext = {
  readonly settings: Settings
  readonly version: string
  readonly deadlines: Deadlines
  readonly clock: Clock
  readonly random: () => number
  readonly send: Transport
  readonly store: Store
  readonly readCredentials: () => Promise<Credentials>
  readonly log: Log
}

/** The same for one run. */
export type RunContext = WorkContext & { readonly trigger: Trigger }
