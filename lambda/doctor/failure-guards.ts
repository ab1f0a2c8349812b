import { UnreachableError } from '../sophos/errors.ts'
import { isPassing } from '../sophos/retry.ts'
import type { Guard } from '../sophos/sender.ts'
import { GivenUpError } from './finding.ts'

/** More failures in a row teach nothing new, and each costs a call and up to half a minute. */
const mostFailures = 3

/**
 * Returns the guards of one run. An API at a host is given up after three failures in a row, and a whole host after three
 * calls in a row without an answer. The doctor records trouble; it does not wait for it to pass.
 */
export function openFailureGuards(): { of(host: string, api: string): Guard } {
  const inARow = new Map<string, unknown[]>()
  const note = (key: string, failure: unknown) =>
    inARow.set(key, failure === undefined ? [] : [...(inARow.get(key) ?? []), failure])

  return {
    of(host, api) {
      const apiAtHost = `${api} at ${host}`
      const refusal = (): GivenUpError | undefined => {
        const failures = [host, apiAtHost].map(key => inARow.get(key) ?? [])
        const enough = failures.find(({ length }) => length >= mostFailures)
        return enough && new GivenUpError(enough.length, enough.at(-1))
      }
      return {
        // One retry tells a hiccup from trouble.
        tries: 2,
        refusal,
        claim() {
          const refused = refusal()
          if (refused) throw refused
        },
        record(error) {
          note(host, error instanceof UnreachableError ? error : undefined)
          note(apiAtHost, isPassing(error) ? error : undefined)
        },
      }
    },
  }
}
