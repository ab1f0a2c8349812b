import type { Estate } from '../estate.ts'
import type { Figures } from '../figures.ts'
import type { Heard } from '../heard.ts'
import type { PublishedRow } from '../published.ts'
import { isClean, type RunResult } from '../run-result.ts'
import type { Truth } from '../truth.ts'
import type { Breaches, Check } from './breach.ts'
import { checkNews } from './news.ts'
import { figureColumns, iso, mismatch } from './row-cells.ts'

/** An answer that a row shows for the first time. `at` in ms of the true clock. */
export type Shown = {
  readonly id: string
  readonly before: Figures | undefined
  readonly figures: Figures
  readonly at: number
}

/**
 * The figures of each row are those of one answer of the server, whole, and never an older one than before. `onShown` hears
 * of each answer that a row shows for the first time.
 */
export function checkFigures(options: {
  estate: Estate
  heard: Heard
  truth: Truth
  breaches: Breaches
  onShown: (shown: Shown) => void
}): Check {
  const { estate, heard, breaches, onShown } = options
  const shownOf = new Map<string, Figures[]>()
  /** By tenant: the cells of the row that was found good, and its answer. */
  const good = new Map<string, { cells: string; figures: Figures }>()
  const gone = new Set<string>()

  /** The answer behind a row, if there is one. */
  function answerBehind(row: PublishedRow, at: number): Figures | undefined {
    const { ID: id = '', Collected_At = '' } = row
    const ofThatTime = heard.answersOf(id).filter(({ time }) => time === Collected_At)
    const figures = ofThatTime.findLast(answer => mismatch(row, answer) === undefined)
    const [other] = ofThatTime
    if (!other) breaches.report('figures have an answer of their time', at, `none of ${Collected_At}`, id)
    else if (!figures)
      breaches.report('figures are those of one answer', at, `${Collected_At}: ${mismatch(row, other)}`, id)
    return figures
  }

  function check(row: PublishedRow, run: RunResult): void {
    const { ID: id = '', Collected_At = '', Migration } = row
    const at = run.endedAt
    if (Migration === 'moved') gone.add(id)
    else if (gone.has(id)) breaches.report('a move is for ever', at, `Migration is "${Migration}"`, id)
    if (Collected_At === '') {
      checkEmpty(row, at)
      return
    }
    if (Migration === 'moved') {
      breaches.report('a moved tenant has no figures', at, `those of ${Collected_At}`, id)
      return
    }
    const cells = Object.values({ ...row, Status: '', Reason: '' }).join()
    const known = good.get(id)
    if (known?.cells === cells) {
      checkLatest(row, known.figures, run)
      return
    }
    const figures = answerBehind(row, at)
    if (!figures) return
    good.set(id, { cells, figures })
    const shown = shownOf.get(id) ?? []
    const last = shown.at(-1)
    if (last && figures.seq < last.seq)
      breaches.report('no older figures come back', at, `${Collected_At} after ${iso(last.collectedAt)}`, id)
    if (!last || figures.seq > last.seq) {
      onShown({ id, before: last, figures, at })
      shown.push(figures)
      shownOf.set(id, shown)
    }
    checkLatest(row, figures, run)
    const earlier = shown.filter(({ seq }) => seq < figures.seq)
    checkNews(options, { row, figures, earlier, at })
  }

  function checkEmpty(row: PublishedRow, at: number): void {
    const { ID: id = '', Status, Migration } = row
    const filled = figureColumns.filter(column => row[column] !== '')
    if (filled.length > 0) breaches.report('unknown is empty', at, `${filled} without a time`, id)
    if (Status === 'ok') breaches.report('an ok row has figures', at, 'it has none', id)
    const last = shownOf.get(id)?.at(-1)
    if (last && Migration !== 'moved' && estate.isListedThrough(id, last.heardAt, at))
      breaches.report('the last good figures stay', at, `${Status}: none after ${iso(last.collectedAt)}`, id)
  }

  /** A run that ended well shows what it got. */
  function checkLatest(row: PublishedRow, { seq, collectedAt }: Figures, run: RunResult): void {
    const { ID: id = '' } = row
    const latest = heard
      .answersOf(id)
      .findLast(({ heardAt }) => heardAt >= run.startedAt && heardAt <= run.endedAt)
    if (!isClean(run) || !latest || latest.seq <= seq) return
    // An answer of an earlier time than what is there may be left out.
    if (latest.collectedAt < collectedAt) return
    const what = `that of ${iso(collectedAt)}, not of ${iso(latest.collectedAt)}`
    breaches.report('a run shows what it got', run.endedAt, what, id)
  }

  let seen: RunResult['published']['rows'] = []
  return run => {
    const { rows } = run.published
    // Nothing was published since, which only a run that got nothing may do.
    if (rows === seen && !isClean(run)) return
    if (run.how === 'refused') return
    seen = rows
    for (const row of rows) check(row, run)
  }
}
