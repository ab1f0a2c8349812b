import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Tenant } from '../data/tenant.ts'
import { markSeen, type Seen, type Unseen, unseenSince } from '../triage/seen.ts'
import { loadSeen, saveSeen } from '../triage/seen-storage.ts'

export type UnseenOf = (tenant: Tenant) => Unseen | undefined

/**
 * What the reader has not seen yet, and how to mark all of it as seen. The first look at the dashboard is what later ones are compared
 * with. Each row is worked out once for as long as it says the same.
 */
export function useUnseen(
  tenants: readonly Tenant[] | undefined,
  now: () => number,
): { unseenOf: UnseenOf; markAllSeen: () => void } {
  const [stored, setStored] = useState<Seen | undefined>(() => loadSeen(shelf))
  const isFirst = stored === undefined && tenants !== undefined && tenants.length > 0
  const seen = useMemo(
    () => (isFirst ? markSeen(tenants, now()) : stored),
    [stored, isFirst], // The first look stays the first when new figures come.
  )
  const keep = (next: Seen) => {
    saveSeen(shelf, next)
    setStored(next)
  }
  useEffect(() => {
    if (seen && seen !== stored) keep(seen)
  }, [seen, stored])
  const unseenOf = useMemo(() => unseenSince(seen), [seen])
  return { unseenOf, markAllSeen: () => tenants && keep(markSeen(tenants, now())) }
}

/** If a browser blocks storage, even reading the property throws: then the tab forgets what was seen when it closes. */
const shelf: Pick<Storage, 'getItem' | 'setItem'> = {
  getItem: name => localStorage.getItem(name),
  setItem: (name, value) => localStorage.setItem(name, value),
}
