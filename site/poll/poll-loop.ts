import { pollDelay } from './poll-delay.ts'

type Page = Pick<Document, 'hidden' | 'addEventListener'>
type Network = Pick<Window, 'addEventListener'>

/** After a return to the tab, a poll this recent is recent enough: switching tabs should not cause polls. */
const recentMs = 5_000

type Outcome = {
  /** Whether the server answered well. */
  well: boolean
  /** Whether there is nothing to show yet. */
  nothing: boolean
  /** How long the server asked us to wait. */
  retryAfterMs?: number | undefined
}

/**
 * Polls until the page closes, one poll at a time: plans the next only when the last has ended. Slow in a hidden tab;
 * at once when the tab or the network comes back. `poll` returns how it went, and must not throw.
 */
export function startPolling(poll: () => Promise<Outcome>, page: Page, network: Network): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let busy = false
  let failures = 0
  let last: Outcome = { well: true, nothing: true }
  let endedAt = Number.NEGATIVE_INFINITY

  async function pollOnce() {
    clearTimeout(timer)
    busy = true
    last = await poll()
    busy = false
    failures = last.well ? 0 : failures + 1
    endedAt = Date.now()
    plan()
  }
  function plan() {
    clearTimeout(timer)
    const { nothing, retryAfterMs } = last
    const delay = pollDelay({ failures, hidden: page.hidden, nothing, retryAfterMs }, Math.random())
    timer = setTimeout(() => void pollOnce(), delay)
  }
  function catchUp() {
    if (busy) return
    // A clock set back must not look like a recent poll.
    const since = Date.now() - endedAt
    if (page.hidden || (since >= 0 && since < recentMs)) plan()
    else void pollOnce()
  }

  page.addEventListener('visibilitychange', catchUp)
  network.addEventListener('online', catchUp)
  void pollOnce()
}
