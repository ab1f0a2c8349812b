import type { Estate } from '../estate.ts'
import { type Figures, newsBetween, severities, totalOf } from '../figures.ts'
import type { Heard } from '../heard.ts'
import type { PublishedRow } from '../published.ts'
import type { Truth } from '../truth.ts'
import type { Breaches } from './breach.ts'
import { columnOf, iso } from './row-cells.ts'

/**
 * What a row calls new is what its answer has beyond the last earlier one, exactly, and no more than really came; it is
 * empty only where two answers do not say. `earlier` are the answers that the row showed before.
 */
export function checkNews(
  { estate, heard, truth, breaches }: { estate: Estate; heard: Heard; truth: Truth; breaches: Breaches },
  {
    row,
    figures,
    earlier,
    at,
  }: { row: PublishedRow; figures: Figures; earlier: readonly Figures[]; at: number },
): void {
  const { ID: id = '', New_Total = '', New_Since = '' } = row
  const before = heard.answersOf(id).filter(({ seq }) => seq < figures.seq)
  if (New_Total === '') {
    const last = earlier.at(-1)
    if (!last || !estate.isListedThrough(id, last.heardAt, at)) return
    // A run that was killed may have saved more than it published.
    const since = before.filter(({ seq }) => seq >= last.seq)
    if (since.every(answer => newsBetween(answer, figures)))
      breaches.report('what is new is known', at, `empty between ${iso(last.to)} and ${iso(figures.to)}`, id)
    return
  }
  const sameWay = earlier.findLast(({ method }) => method === figures.method)
  const claimed = severities.map(severity => row[columnOf('New', severity)]).join(' ')
  const fits = (answer: Figures): boolean => {
    const news = newsBetween(answer, figures)
    if (!news || iso(news.since) !== New_Since || String(totalOf(news.bySeverity)) !== New_Total) return false
    return severities.map(name => news.bySeverity[name]).join(' ') === claimed
  }
  const fit = before.find(answer => answer.seq >= (sameWay?.seq ?? 0) && fits(answer))
  if (!fit) {
    breaches.report('what is new is exact', at, `${claimed} since ${New_Since}, until ${iso(figures.to)}`, id)
    return
  }
  // Afterwards the figures here are not the world's.
  if (estate.movedAt(id) < figures.heardAt) return
  const most = truth.newBetween(id, fit, figures)
  for (const severity of severities) {
    const stated = Number(row[columnOf('New', severity)])
    if (stated > most[severity])
      breaches.report(
        'no more is new than came',
        at,
        `${severity}: ${stated}, where ${most[severity]} came`,
        id,
      )
  }
}
