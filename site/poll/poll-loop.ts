import { pollDelay } from './poll-delay.ts'

type Page = Pick<Document, 'hidden' | 'addEventListener'>
type Network = Pick<Window, 'addEventListener'>

/** On coming back to the tab a poll this recent is recent enough: switching to and fro is no reason to ask again. */
const recentMs = 5_000

/**
 * Polls for ever, one poll at a time: the next is planned only when the last has ended. Slow in a hidden tab, at once when it comes back or
 * the network does. `poll` answers whether the server was well and whether there is nothing to show yet, and does not throw.
 */
export function startPolling(
  poll: () => Promise<{ well: boolean; nothing: boolean }>,
  page: Page,
  network: Network,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let busy = false
  let failures = 0
  let nothing = true
  let endedAt = Number.NEGATIVE_INFINITY

  async function pollOnce() {
    clearTimeout(timer)
    busy = true
    const result = await poll()
    busy = false
    failures = result.well ? 0 : failures + 1
    nothing = result.nothing
    endedAt = Date.now()
    plan()
  }
  function plan() {
    clearTimeout(timer)
    timer = setTimeout(() => void pollOnce(), pollDelay(failures, page.hidden, nothing, Math.random()))
  }
  function catchUp() {
    if (busy) return
    // A step back of the clock must not look like a recent poll.
    const since = Date.now() - endedAt
    if (page.hidden || (since >= 0 && since < recentMs)) plan()
    else void pollOnce()
  }

  page.addEventListener('visibilitychange', catchUp)
  network.addEventListener('online', catchUp)
  void pollOnce()
}
