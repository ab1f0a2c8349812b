import { UnreachableError } from '../sophos/errors.ts'
import { isPassing } from '../sophos/retry.ts'
import type { Guard } from '../sophos/sender.ts'
import { GivenUpError } from './finding.ts'

/** After so many failures in a row nothing more is learnt from asking, and each costs a call and up to half a minute. */
const mostFailures = 3

/**
 * Watches over a run's calls: an API of a host that failed three times in a row is not asked again, nor anything of a
 * host from which no answer came three times in a row. The doctor notes trouble; it does not wait until it has passed.
 */
export function startWatch(): { of(host: string, api: string): Guard } {
  const inARow = new Map<string, unknown[]>()
  const note = (key: string, failure: unknown) =>
    inARow.set(key, failure === undefined ? [] : [...(inARow.get(key) ?? []), failure])

  return {
    of(host, api) {
      const apiOfHost = `${api} of ${host}`
      const refusal = (): GivenUpError | undefined => {
        const failures = [host, apiOfHost].map(key => inARow.get(key) ?? [])
        const enough = failures.find(({ length }) => length >= mostFailures)
        return enough && new GivenUpError(enough.length, enough.at(-1))
      }
      return {
        // One repeat tells a hiccup from trouble.
        tries: 2,
        refusal,
        claim() {
          const refused = refusal()
          if (refused) throw refused
        },
        heard(error) {
          note(host, error instanceof UnreachableError ? error : undefined)
          note(apiOfHost, isPassing(error) ? error : undefined)
        },
      }
    },
  }
}
