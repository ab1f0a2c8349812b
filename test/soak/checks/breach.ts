import type { RunResult } from '../run-result.ts'

/** Something that must not be. `at` in ms of the true clock. */
export type Breach = {
  readonly invariant: string
  readonly what: string
  readonly tenant: string | undefined
  /** The first time, and how often since. */
  readonly at: number
  times: number
}

export type Breaches = {
  /** `invariant` is one of a few texts, `what` the details of this case. */
  report(invariant: string, at: number, what: string, tenant?: string): void
  readonly all: () => readonly Breach[]
}

/** Keeps the first case of each invariant and tenant, and counts the others. */
export function makeBreaches(): Breaches {
  const found = new Map<string, Breach>()
  return {
    report(invariant, at, what, tenant) {
      const key = `${invariant} ${tenant}`
      const known = found.get(key)
      if (known) known.times += 1
      else found.set(key, { invariant, what, tenant, at, times: 1 })
    },
    all: () => [...found.values()],
  }
}

/** Looks at what lies in the bucket after a run. */
export type Check = (run: RunResult) => void
