import type { Figures } from '../figures.ts'

/** What is to be announced of a tenant, and what was. Times in ms of the true clock. */
export type Ledger = {
  /** The answer before the first news. */
  readonly first: Figures
  /** The answer with the latest figures. */
  latest: Figures
  waiting: { critical: number; high: number; from: number } | undefined
  announced: { critical: number; high: number }
  /** Told before any row showed it, as after a run that saved and could not publish. */
  ahead: { critical: number; high: number }
  /** Sent by runs that were killed before they could note it, so it may be sent again. */
  maySendAgain: { critical: number; high: number }
  last: { at: number; hadCritical: boolean; isClockRight: boolean } | undefined
  isWatched: boolean
  newAt: number
}

export const newLedger = (first: Figures): Ledger => ({
  first,
  latest: first,
  waiting: undefined,
  announced: { critical: 0, high: 0 },
  ahead: { critical: 0, high: 0 },
  maySendAgain: { critical: 0, high: 0 },
  last: undefined,
  isWatched: false,
  newAt: 0,
})

/** What of the news was not told before; undefined if that is nothing. */
export function lessAhead({ ahead }: Ledger, news: { critical: number; high: number }) {
  const critical = Math.max(0, news.critical - ahead.critical)
  const high = Math.max(0, news.high - ahead.high)
  ahead.critical -= news.critical - critical
  ahead.high -= news.high - high
  return critical + high > 0 ? { critical, high } : undefined
}
