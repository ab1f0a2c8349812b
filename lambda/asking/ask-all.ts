import { createAsker } from '../datasets/detections/ask.ts'
import { createFusionAsker } from '../fusion/counts/ask.ts'
import type { Gate } from '../pacing/gate.ts'
import type { RunContext } from '../run/run.ts'
import type { SophosClient } from '../sophos/client.ts'
import { hostRule } from '../sophos/hosts.ts'
import { isMoved } from '../tenants/migration.ts'
import type { Outcome, Tenant } from '../tenants/tenant.ts'
import type { Guards } from './endpoints.ts'
import { cycleMs, inOrderOfNeed } from './priority.ts'
import { collectInRounds } from './rounds.ts'
import type { CollectionEnd } from './worker-pool.ts'

/** With what a run asks, and who hears of it. */
export type Asking = {
  readonly client: SophosClient
  readonly guards: Guards
  readonly gate: Gate
  /** Called once for each try: of a tenant that was asked in several rounds the last outcome holds. */
  readonly onOutcome: (id: string, outcome: Outcome) => void
}

/**
 * Asks about all tenants, in order of need, until done or until no call can be made any more; then it tells why. Those that
 * moved to Sophos Fusion are asked there if its counts are switched on, and nowhere else.
 */
export async function askAll(
  { settings, clock, deadlines }: RunContext,
  { tenants, client, guards, gate, onOutcome }: Asking & { tenants: readonly Tenant[] },
): Promise<CollectionEnd> {
  const { fusion } = settings
  const deadline = deadlines.lastCallAt
  const asked = tenants.filter(tenant => !isMoved(tenant) || fusion.counts === 'auto')
  const cycle = cycleMs(asked, settings.rateLimits, settings.refreshIntervalMs)
  const movedCounts = new Map(asked.filter(isMoved).map(({ id, counts }) => [id, counts]))
  // Without what is known of them: their old counts are not kept while the new ones come in.
  const inOrder = inOrderOfNeed(asked, cycle).map(({ id, name, region, apiHost }) => ({
    id,
    name,
    region,
    apiHost,
  }))
  const hasMoved = ({ id }: { readonly id: string }) => movedCounts.has(id)
  const askFusion = createFusionAsker({
    client,
    url: fusion.url,
    guards,
    clock,
    countsOf: id => movedCounts.get(id),
  })
  let fusionWaiting = movedCounts.size
  const asker = createAsker({
    client,
    checkHost: hostRule(settings.apiUrl),
    guards,
    clock,
    deadline,
    room: () => gate.room(deadline) - fusionWaiting,
    tenants: inOrder.filter(tenant => !hasMoved(tenant)),
  })
  return collectInRounds(inOrder, {
    asker: {
      ...asker,
      ask(tenant) {
        if (!hasMoved(tenant)) return asker.ask(tenant)
        fusionWaiting -= 1
        return askFusion(tenant)
      },
    },
    guards,
    clock,
    deadline,
    onOutcome: ({ id }, outcome) => onOutcome(id, outcome),
  })
}
