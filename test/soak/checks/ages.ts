import type { Estate } from '../estate.ts'
import type { Heard } from '../heard.ts'
import { dayMs, intervalMs, minuteMs, type Spell } from '../spell.ts'
import type { Breaches, Check } from './breach.ts'
import { iso } from './row-cells.ts'

/** A killed run's calls are not known, so as many count as it could have made until its lease ended. */
const afterKillMs = 45 * minuteMs
/** A probe finds out at the latest by then that an endpoint is back, and the next run asks. */
const recoveryMs = 2 * intervalMs

/** Beside the questions there are tokens, lists and probes. */
const overhead = 1.2
/** One that Sophos refuses is asked once a day. */
const refusedMs = dayMs

/**
 * Figures are no older than the trouble that struck their tenant, three rounds of all tenants and two intervals; and each
 * tenant is asked in time, also while its figures must come the long way.
 */
export function checkAges(options: {
  estate: Estate
  heard: Heard
  spells: readonly Spell[]
  /** What the slowest window allows. */
  msPerCall: number
  breaches: Breaches
}) {
  const { estate, heard, spells, msPerCall, breaches } = options
  const shownAt = new Map<string, number>()
  const setbacks: { from: number; to: number }[] = []
  const regions = new Map<string, string>()
  let longest = 0

  const holdsUp = ({ holdsUp: whom }: Spell, id: string, withCounts: boolean): boolean => {
    if (whom === 'all') return true
    if (whom === 'counts') return withCounts
    if (whom === 'none') return false
    return 'ids' in whom ? whom.ids.includes(id) : whom.region === regions.get(id)
  }
  const troubleOf = (id: string, withCounts: boolean, from: number, to: number): number => {
    const struck = spells
      .filter(spell => holdsUp(spell, id, withCounts))
      .map(({ from, to }) => ({ from, to: to + recoveryMs }))
    return coveredMs([...struck, ...setbacks], from, to)
  }

  const check: Check = run => {
    const { how, endedAt, startedAt, setBackMs, published } = run
    if (how === 'killed') setbacks.push({ from: startedAt, to: endedAt + afterKillMs })
    if (setBackMs > 0) setbacks.push({ from: startedAt, to: endedAt + setBackMs + afterKillMs })
    if (how !== 'ended') return
    const ids = new Set(published.rows.map(row => row.ID))
    // One that left and comes back begins anew.
    for (const id of shownAt.keys()) if (!ids.has(id)) shownAt.delete(id)
    const roundMs = published.rows.length * msPerCall * overhead
    for (const { ID: id = '', Region = '', Status = '' } of published.rows) {
      regions.set(id, Region)
      if (
        ['moved', 'inactive'].includes(Status) ||
        estate.movedAt(id) < endedAt ||
        !estate.isListed(id, endedAt)
      )
        continue
      checkAsked(id, endedAt, 3 * roundMs)
      if (!estate.hasFigures(id) || heard.lastCallTo(id)?.isRefused) continue
      // One that never had figures waits since its first row.
      const since = shownAt.get(id) ?? endedAt
      shownAt.set(id, since)
      checkAge(id, since, endedAt, 3 * roundMs)
    }
  }

  function checkAge(id: string, since: number, at: number, roundsMs: number): void {
    const age = at - since
    longest = Math.max(longest, age)
    const trouble = troubleOf(id, true, since, at)
    if (age > trouble + roundsMs + 2 * intervalMs)
      breaches.report(
        'ages are bounded',
        at,
        `${hours(age)} h since ${iso(since)}, with ${hours(trouble)} h of trouble`,
        id,
      )
  }

  /** A query takes six calls; while the counts are down all tenants may need one. */
  function checkAsked(id: string, at: number, roundsMs: number): void {
    const last = heard.lastCallTo(id)
    if (!last) return
    const longWay =
      coveredMs(
        spells.filter(({ holdsUp }) => holdsUp === 'counts'),
        last.at,
        at,
      ) > 0
        ? 6
        : 1
    const trouble = troubleOf(id, false, last.at, at)
    if (at - last.at > trouble + longWay * roundsMs + 2 * intervalMs + (last.isRefused ? refusedMs : 0))
      breaches.report(
        'no tenant starves',
        at,
        `not asked for ${hours(at - last.at)} h, with ${hours(trouble)} h of trouble`,
        id,
      )
  }

  return {
    onShown: ({ id, figures }: { id: string; figures: { heardAt: number } }) =>
      void shownAt.set(id, figures.heardAt),
    check,
    /** The greatest age of any tenant's figures, in ms. */
    longest: () => longest,
  }
}

const hours = (ms: number): string => (ms / 3_600_000).toFixed(1)

/** How much of the time from `from` to `to` the spans cover. */
function coveredMs(spans: readonly { from: number; to: number }[], from: number, to: number): number {
  let covered = 0
  let until = from
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const [first, last] = [Math.max(until, span.from), Math.min(to, span.to)]
    if (last <= first) continue
    covered += last - first
    until = last
  }
  return covered
}
