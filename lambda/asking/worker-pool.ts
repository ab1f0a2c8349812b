import type { OutOfBudgetError } from '../pacing/gate.ts'
import type { CredentialsError } from '../sophos/errors.ts'
import { endsTheRun } from './outcome.ts'

/**
 * How many tenants are asked about at once. The gate decides how many calls are really under way; the rest of these
 * are tenants that wait for a retry, who so hold nobody up.
 */
const workers = 24

/** Why not everybody was asked: no budget or time left, or credentials that no longer hold. */
export type CollectionEnd = OutOfBudgetError | CredentialsError | undefined

/** Asks about each tenant in turn until done, or until `ask` throws one of the two errors after which no call can be made. */
export async function collect<T, O>(
  tenants: readonly T[],
  ask: (tenant: T) => Promise<O>,
  onOutcome: (tenant: T, outcome: O) => void,
  atOnce = workers,
): Promise<CollectionEnd> {
  const waiting = tenants.values()
  let endedBy: CollectionEnd

  async function work(): Promise<void> {
    for (const tenant of waiting) {
      if (endedBy) return
      try {
        onOutcome(tenant, await ask(tenant))
      } catch (error) {
        if (!endsTheRun(error)) throw error
        endedBy ??= error
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(atOnce, tenants.length) }, work))
  return endedBy
}
