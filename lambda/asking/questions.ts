import { usesAllTenants } from '../fusion/fusion-report.ts'
import { probeTenants } from '../fusion/guard/probe.ts'
import { askAllTenants } from '../fusion/one-request.ts'
import type { RunContext } from '../run/run.ts'
import { takeUpOutcome } from '../tenants/merge.ts'
import { asMoved, isMoved } from '../tenants/migration.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type Asking, askAll } from './ask-all.ts'
import type { CollectionEnd } from './worker-pool.ts'

/** What a run knows, and changes as the answers come. */
type Known = { tenants: Map<string, Tenant>; allTenantsRefuted: string | undefined }

/** What a run asks once it has its list. */
export type Questions = {
  /** The ids of the tenants whose counts were asked for. */
  readonly asked: ReadonlySet<string>
  /** Looks whether tenants moved to Sophos Fusion, of those whose turn it is. Answers how many were found. */
  probe(): Promise<number>
  /** Asks for counts until done or until no call can be made any more; then it tells why. */
  ask(): Promise<CollectionEnd>
}

/** The answers go into `known` one by one, so that what is saved in between has them. */
export function openQuestions(
  context: RunContext,
  known: Known,
  means: Pick<Asking, 'client' | 'guards' | 'gate'>,
): Questions {
  const { settings, clock, log } = context
  const { fusion } = settings
  const asked = new Set<string>()
  const all = () => [...known.tenants.values()]
  const moved = () => all().filter(isMoved)

  const asking: Asking = {
    ...means,
    onOutcome(id, outcome) {
      const tenant = known.tenants.get(id)
      if (tenant) known.tenants.set(id, takeUpOutcome(tenant, outcome))
      asked.add(id)
      log.debug('tenant asked', { tenant: id, status: outcome.status })
    },
  }

  async function probe(): Promise<number> {
    if (!fusion.guard) return 0
    const before = moved().length
    await probeTenants(context, {
      ...means,
      tenants: all(),
      onResult(id, migration) {
        const tenant = known.tenants.get(id)
        if (!tenant) return
        const { state, checkedAt = clock.now() } = migration
        const taken = state === 'moved' ? asMoved(tenant, checkedAt, fusion.counts) : { ...tenant, migration }
        known.tenants.set(id, taken)
      },
    })
    const found = moved().length - before
    if (found > 0) log.warn('tenants moved to Sophos Fusion', { tenants: found })
    return found
  }

  async function askMovedAtOnce(): Promise<void> {
    const { outcomes, refuted } = await askAllTenants(context, { ...means, tenants: all() })
    for (const [id, outcome] of outcomes) asking.onOutcome(id, outcome)
    known.allTenantsRefuted = refuted
    if (refuted)
      log.error('one request for all moved tenants is of no use, and is not made again', { refuted })
  }

  return {
    asked,
    probe,
    async ask() {
      // Who switches it off and on again wants it to be tried again.
      if (!fusion.allTenants) known.allTenantsRefuted = undefined
      if (usesAllTenants(fusion, known.allTenantsRefuted) && moved().length > 0) await askMovedAtOnce()
      return askAll(context, { ...asking, tenants: all().filter(({ id }) => !asked.has(id)) })
    },
  }
}
