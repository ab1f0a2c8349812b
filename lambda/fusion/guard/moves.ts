import type { WorkContext } from '../../context.ts'
import { isMoved } from '../../tenants/migration.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { withMoves } from './as-moved.ts'
import { readMoved, rememberMoved } from './register.ts'

/** What a run knows of moves to Sophos Fusion. */
export type Moves = {
  /** The tenants as they may be shown, by all that is known of moves. */
  applyTo(tenants: readonly Tenant[]): Tenant[]
  /** Writes the tenants that moved into the register, if they are not in it yet. */
  remember(tenants: readonly Tenant[]): Promise<void>
  /** Reads what other sources' runs found since. */
  readAgain(): Promise<void>
}

export async function openMoves({
  settings,
  store,
  clock,
  log,
}: Pick<WorkContext, 'settings' | 'store' | 'clock' | 'log'>): Promise<Moves> {
  const { fusion } = settings
  const register = new Map(fusion.guard ? await readMoved(store, log) : [])

  return {
    applyTo: tenants => withMoves(tenants, register, fusion),
    async remember(tenants) {
      const news = tenants.filter(tenant => isMoved(tenant) && !register.has(tenant.id))
      if (news.length === 0) return
      const found = new Map(news.map(({ id, migration }) => [id, migration.checkedAt ?? clock.now()]))
      try {
        await rememberMoved(store, found, log)
        for (const [id, at] of found) register.set(id, at)
      } catch (error) {
        // The state knows it too, and the next run tries again.
        log.error('the register of moved tenants was not written', { error })
      }
    },
    async readAgain() {
      if (!fusion.guard) return
      try {
        for (const [id, at] of await readMoved(store, log)) register.set(id, at)
      } catch (error) {
        log.warn('the register of moved tenants was not read again; the next run reads it', { error })
      }
    },
  }
}
