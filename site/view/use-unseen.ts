import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Tenant } from '../data/tenant.ts'
import { markSeen, type Seen, type Unseen, unseenSince } from '../triage/seen.ts'
import { loadSeen, saveSeen } from '../triage/seen-storage.ts'

export type UnseenOf = (tenant: Tenant) => Unseen | undefined

/**
 * Returns what the reader has not seen yet, and a function that marks everything as seen. Later looks are compared with
 * the first look at the dashboard. Each row is computed once until it changes.
 */
export function useUnseen(
  tenants: readonly Tenant[] | undefined,
  now: () => number,
): { unseenOf: UnseenOf; markAllSeen: () => void } {
  const [stored, setStored] = useState<Seen | undefined>(() => loadSeen(shelf))
  const isFirst = stored === undefined && tenants !== undefined && tenants.length > 0
  const seen = useMemo(
    () => (isFirst ? markSeen(tenants, now()) : stored),
    [stored, isFirst], // The first look stays the first when new data comes.
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
