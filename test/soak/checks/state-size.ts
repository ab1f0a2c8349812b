import type { Store } from '../../../lambda/state/store.ts'
import type { Breaches } from './breach.ts'

/** A minute has one entry of some 20 characters, and a day 1,440 minutes. */
const mostLeaseBytes = 40_000
const mostObjects = 8

/** What lies under state/ stays as small as its tenants and one day of calls need, however many runs there were. */
export async function checkStateSize(
  store: Store,
  tenants: number,
  at: number,
  breaches: Breaches,
): Promise<void> {
  const keys = await store.list('state/')
  if (keys.length > mostObjects)
    breaches.report('the state is bounded', at, `${keys.length} objects: ${keys}`)
  for (const key of keys) {
    const bytes = (await store.read(key))?.bytes.length ?? 0
    const most = key.endsWith('lease.json') ? mostLeaseBytes : 4_000 + 1_500 * tenants
    if (bytes > most)
      breaches.report(`the state is bounded: ${key}`, at, `${bytes} bytes; ${most} are allowed`)
    if (key.includes('unreadable')) breaches.report('nothing stored is unreadable', at, key)
  }
}
