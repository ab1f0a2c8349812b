import type { Estate } from '../estate.ts'
import { newsBetween } from '../figures.ts'
import { mayRepeat, type RunResult, type TakenEvent } from '../run-result.ts'
import { hourMs, intervalMs } from '../spell.ts'
import type { Truth } from '../truth.ts'
import type { Breaches, Check } from './breach.ts'
import type { Shown } from './figures.ts'
import { type Ledger, lessAhead, newLedger } from './ledger.ts'
import { iso } from './row-cells.ts'

const cooldownMs = 6 * hourMs

/**
 * All news that the rows showed is announced, once: at the next announcement of its tenant at the latest, and at the end
 * within a cool-down. `muted` is a tenant that no event names.
 */
export function checkEvents(options: { estate: Estate; truth: Truth; breaches: Breaches; muted: string }) {
  const { estate, truth, breaches, muted } = options
  const ledgers = new Map<string, Ledger>()
  let hasBegun = false
  let endedAt = 0

  function onShown({ id, before, figures, at }: Shown): void {
    const ledger = ledgers.get(id) ?? newLedger(figures)
    ledgers.set(id, ledger)
    const { latest } = ledger
    // Figures that lag show again what was shown before.
    if (figures.to < latest.to && figures.method === latest.method) return
    ledger.latest = figures
    const news = newsBetween(latest, figures)
    if (!hasBegun || !news || !before || !estate.isListedThrough(id, before.heardAt, at)) return
    const { critical, high } = news.bySeverity
    if (critical + high === 0) return
    ledger.newAt = figures.collectedAt
    const { waiting } = ledger
    const untold = lessAhead(ledger, {
      critical: (waiting?.critical ?? 0) + critical,
      high: (waiting?.high ?? 0) + high,
    })
    ledger.waiting = untold && { ...untold, from: waiting?.from ?? at }
  }

  function announced(
    event: TakenEvent,
    { id, critical, high }: { id: string; critical: number; high: number },
    run: RunResult,
  ) {
    const ledger = ledgers.get(id)
    const at = run.endedAt
    if (id === muted) breaches.report('a muted tenant is not announced', at, event.detail.message, id)
    if (!ledger) return breaches.report('news has figures', at, 'announced without any answer', id)
    const when = Date.parse(event.detail.at)
    checkCooldown(ledger, { id, critical, when }, run)
    ledger.last = { at: when, hadCritical: critical > 0, isClockRight: run.setBackMs === 0 }
    ledger.isWatched = true
    if (mayRepeat(run)) {
      ledger.maySendAgain.critical += critical
      ledger.maySendAgain.high += high
    }
    ledger.announced.critical += critical
    ledger.announced.high += high
    if (estate.movedAt(id) > at) checkSums(ledger, { id, critical, high }, run)
    ledger.ahead.critical += Math.max(0, critical - (ledger.waiting?.critical ?? 0))
    ledger.ahead.high += Math.max(0, high - (ledger.waiting?.high ?? 0))
    ledger.waiting = undefined
  }

  function checkCooldown(
    { last }: Ledger,
    { id, critical, when }: { id: string; critical: number; when: number },
    run: RunResult,
  ): void {
    if (!last?.isClockRight || run.setBackMs !== 0 || when - last.at >= cooldownMs) return
    if (critical > 0 && !last.hadCritical) return
    // A run that was killed in the middle sends again.
    if (mayRepeat(run)) return
    breaches.report(
      'no announcement within the cool-down',
      run.endedAt,
      `the last one was at ${iso(last.at)}`,
      id,
    )
  }

  function checkSums(
    { first, waiting, announced, maySendAgain }: Ledger,
    { id, critical, high }: { id: string; critical: number; high: number },
    run: RunResult,
  ): void {
    const at = run.endedAt
    const [wc, wh] = [waiting?.critical ?? 0, waiting?.high ?? 0]
    if (critical < wc || high < wh) {
      const since = waiting && iso(waiting.from)
      breaches.report('no news is lost', at, `${critical}/${high} told, ${wc}/${wh} shown since ${since}`, id)
    }
    const came = truth.newSince(id, first, at)
    if (
      announced.critical > came.critical + maySendAgain.critical ||
      announced.high > came.high + maySendAgain.high
    ) {
      const told = `${announced.critical}/${announced.high} in all`
      breaches.report('nothing is announced twice', at, `${told}, ${came.critical}/${came.high} came`, id)
    }
  }

  function quiet({ id, why }: { id: string; why: string }, run: RunResult) {
    const ledger = ledgers.get(id)
    if (!ledger?.isWatched) {
      breaches.report('only what was announced is back to quiet', run.endedAt, why, id)
      return
    }
    ledger.isWatched = false
    const now = run.endedAt - run.setBackMs
    if (why === 'quiet' && now - ledger.newAt < cooldownMs)
      breaches.report('quiet is six hours without news', run.endedAt, `news at ${iso(ledger.newAt)}`, id)
    if (why === 'quiet' && ledger.waiting)
      breaches.report('no news is lost', run.endedAt, 'called quiet with news that was not told', id)
    if (why === 'moved' || why === 'gone') ledger.waiting = undefined
  }

  const check: Check = run => {
    endedAt = run.endedAt
    if (run.how === 'ended') hasBegun = true
    for (const event of run.events) {
      for (const tenant of event.detail.worst ?? []) announced(event, tenant, run)
      for (const tenant of event.detail.quiet ?? []) quiet(tenant, run)
    }
  }

  return {
    onShown,
    check,
    /** At the end of a quiet tail. */
    end(): void {
      for (const [id, { waiting }] of ledgers) {
        const isWatched =
          id !== muted && estate.movedAt(id) === Number.POSITIVE_INFINITY && estate.isListed(id, endedAt)
        if (!waiting || !isWatched || endedAt - waiting.from < cooldownMs + 3 * intervalMs) continue
        const what = `${waiting.critical}/${waiting.high} shown at ${iso(waiting.from)} was never told`
        breaches.report('all news is told', endedAt, what, id)
      }
    },
    count: () =>
      [...ledgers.values()].reduce((sum, { announced: { critical, high } }) => sum + critical + high, 0),
  }
}
