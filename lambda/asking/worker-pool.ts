import type { OutOfBudgetError } from '../pacing/gate.ts'
import type { CredentialsError } from '../sophos/errors.ts'
import { endsTheRun } from './outcome.ts'

/**
 * How many tenants are asked at once. The gate decides how many calls are really under way; the rest of these are tenants
 * that wait for a retry, and so hold up no other.
 */
const usualWorkers = 24

/** Why the pool stopped early: no budget or time left, or credentials that no longer hold. */
export type PoolEnd = OutOfBudgetError | CredentialsError | undefined

/** Asks for each item in turn until done, or until `ask` throws one of the two errors after which no call can be made. */
export async function workThrough<T, A>(
  items: readonly T[],
  ask: (item: T) => Promise<A>,
  onAnswer: (item: T, answer: A) => void,
  workers = usualWorkers,
): Promise<PoolEnd> {
  const waiting = items.values()
  let endedBy: PoolEnd

  async function work(): Promise<void> {
    for (const item of waiting) {
      if (endedBy) return
      try {
        onAnswer(item, await ask(item))
      } catch (error) {
        if (!endsTheRun(error)) throw error
        endedBy ??= error
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(workers, items.length) }, work))
  return endedBy
}
