import { type Figures, severities } from '../figures.ts'
import type { Heard } from '../heard.ts'
import { readHistory } from '../published.ts'
import { dayMs, hourMs } from '../spell.ts'
import type { Breaches } from './breach.ts'
import type { Shown } from './figures.ts'

const keyOf = (id: string, minute: string): string => `${id} ${minute}`

/** Each row of the history has an answer behind it, and each answer that a row of the CSV showed is in the history. */
export function checkHistory(heard: Heard, breaches: Breaches) {
  let shown: Shown[] = []
  let rows = 0

  function checkDay(bytes: Uint8Array, at: number): Set<string> {
    const found = new Set<string>()
    for (const row of readHistory(bytes)) {
      const { ID: id = '', Collected_At = '', Total, Method } = row
      const key = keyOf(id, Collected_At)
      if (found.has(key))
        breaches.report('the history has each answer once', at, `two at ${Collected_At}`, id)
      found.add(key)
      const isBehind = ({ minute, total, bySeverity, method }: Figures): boolean =>
        minute === Collected_At &&
        String(total) === Total &&
        method === Method &&
        severities.every(name => {
          const text = row[name.charAt(0).toUpperCase() + name.slice(1)]
          return text === (bySeverity ? String(bySeverity[name]) : '')
        })
      if (!heard.answersOf(id).some(isBehind))
        breaches.report(
          'the history has real answers only',
          at,
          `${Total} by ${Method} at ${Collected_At}`,
          id,
        )
    }
    rows += found.size
    return found
  }

  return {
    onShown: (answer: Shown) => void shown.push(answer),
    /** Checks the files of all days. Answers of the last hour may yet be on their way. */
    async check(
      read: (key: string) => Promise<{ bytes: Uint8Array } | undefined>,
      at: number,
    ): Promise<void> {
      const due = shown.filter(answer => answer.at < at - hourMs)
      shown = shown.filter(answer => answer.at >= at - hourMs)
      rows = 0
      const days = new Map<string, Set<string>>()
      for (let day = at - 10 * dayMs; day <= at + dayMs; day += dayMs) {
        const name = new Date(day).toISOString().slice(0, 10)
        const file = await read(`history/source=default/${name}.csv.gz`)
        if (file) days.set(name, checkDay(file.bytes, at))
      }
      for (const { id, figures, at: shownAt } of due) {
        const { minute } = figures
        if (!days.get(minute.slice(0, 10))?.has(keyOf(id, minute)))
          breaches.report(
            'what was shown is in the history',
            shownAt,
            `${figures.total} at ${minute} is not`,
            id,
          )
      }
    },
    rows: () => rows,
  }
}
