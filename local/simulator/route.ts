import type { Answer } from './answers.ts'
import type { Call } from './call.ts'
import type { Central } from './central.ts'

/** One thing that can be called. `path` may name one part of itself: `/runs/:id`. */
export type Route = {
  /** As it stands in the log and in faults. */
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  /**
   * Where it lives: `id` needs no token, `global` is served on the global host, `tenant` on the tenant's region, `fusion` on
   * Fusion's host, which has its own words for a bad token. */
  readonly on: 'id' | 'global' | 'tenant' | 'fusion'
  readonly answer: (call: Call, central: Central, id: string) => Answer
}
