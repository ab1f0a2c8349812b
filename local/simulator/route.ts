import type { Answer } from './answers.ts'
import type { Call } from './call.ts'
import type { Central } from './central.ts'

/** One endpoint. `path` may have one parameter: `/runs/:id`. */
export type Route = {
  /** Its name in the log and in faults. */
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  /**
   * Its host: `id` needs no token, `global` is on the global host, `tenant` on the host of the tenant's region,
   * `fusion` on Fusion's host, which has its own answer to a bad token.
   */
  readonly on: 'id' | 'global' | 'tenant' | 'fusion'
  readonly answer: (call: Call, central: Central, id: string) => Answer
}
