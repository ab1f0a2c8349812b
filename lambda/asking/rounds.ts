import type { Clock } from '../clock.ts'
import type { Asker } from '../datasets/detections/ask.ts'
import type { ListedTenant } from '../sophos/tenants.ts'
import type { Outcome } from '../tenants/tenant.ts'
import type { Guards } from './endpoints.ts'
import { type CollectionEnd, collect } from './worker-pool.ts'

/** How long a run waits, when it is done with all others, for regions that are out of order: long enough for a restart. */
const patienceMs = 120_000
/** The probes' growing distances end the rounds sooner; this is so that they end whatever happens. */
const mostRounds = 8

/**
 * Asks about each tenant; then, in further rounds, about those whose region was out of order, as soon as that is asked
 * again. So a region in trouble holds nobody else up, and one that was away for a moment loses no run.
 */
export async function collectInRounds<T extends ListedTenant>(
  tenants: readonly T[],
  options: {
    asker: Asker
    guards: Guards
    clock: Clock
    /** Nothing is waited for beyond this moment, milliseconds since the epoch. */
    deadline: number
    /** Called once for each try: of a tenant that was asked in several rounds the last outcome holds. */
    onOutcome: (tenant: ListedTenant, outcome: Outcome) => void
  },
): Promise<CollectionEnd> {
  const { asker, guards, clock, onOutcome } = options
  const askAll = (some: readonly ListedTenant[]) => collect(some, asker.ask, onOutcome)

  let endedBy = await askAll(tenants)
  const giveUpAt = Math.min(clock.now() + patienceMs, options.deadline)
  for (let round = 2; round <= mostRounds && !endedBy; round++) {
    const again = asker.takePostponed()
    const dueAt = Math.min(...again.map(({ host }) => guards.askedAgainAt(host)))
    // Of nobody it is Infinity.
    if (dueAt > giveUpAt) return undefined
    if (dueAt > clock.now()) await clock.sleep(dueAt - clock.now())
    // Where the first call is the probe, the rest is refused meanwhile, at no cost, and asked in the next round.
    endedBy = await askAll(again.map(({ tenant }) => tenant))
  }
  return endedBy
}
