import { createAsker } from './ask.ts'
import type { CollectionEnd } from './collect.ts'
import type { Guards } from './guards.ts'
import { cycleMs, inOrderOfNeed } from './order.ts'
import type { Gate } from './pacing/gate.ts'
import { collectInRounds } from './rounds.ts'
import type { RunContext } from './run.ts'
import type { SophosClient } from './sophos/client.ts'
import { hostRule } from './sophos/hosts.ts'
import type { Outcome, Tenant } from './tenant.ts'

/** Asks about all tenants, in order of need, until done or until no call can be made any more; then it tells why. */
export async function askAll(
  { settings, clock, deadlines }: RunContext,
  options: {
    tenants: readonly Tenant[]
    client: SophosClient
    guards: Guards
    gate: Gate
    /** Called once for each try: of a tenant that was asked in several rounds the last outcome holds. */
    onOutcome: (id: string, outcome: Outcome) => void
  },
): Promise<CollectionEnd> {
  const { client, guards, gate, onOutcome } = options
  const deadline = deadlines.lastCallAt
  const cycle = cycleMs(options.tenants, settings.rateLimits, settings.refreshIntervalMs)
  // Without what is known of them: their old counts are not kept while the new ones come in.
  const tenants = inOrderOfNeed(options.tenants, cycle).map(({ id, name, region, apiHost }) => ({
    id,
    name,
    region,
    apiHost,
  }))
  const checkHost = hostRule(settings.apiUrl)
  const room = () => gate.room(deadline)
  const asker = createAsker({ client, checkHost, guards, clock, deadline, room, tenants })
  return collectInRounds(tenants, {
    asker,
    guards,
    clock,
    deadline,
    onOutcome: ({ id }, outcome) => onOutcome(id, outcome),
  })
}
