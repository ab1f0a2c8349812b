import type { Heard } from '../heard.ts'
import type { Breaches, Check } from './breach.ts'

const slips = /undefined|\bNaN\b|Invalid Date|\[object |Infinity/
const secret = 'demo-secret'

/** No text that anyone reads shows a slip of the code, a secret or a token; and nothing that was stored is unreadable. */
export function checkWords(heard: Heard, breaches: Breaches): Check {
  let csvBefore = ''
  return ({ endedAt, message, log, events, published }) => {
    const texts = [
      message,
      published.statusText,
      ...(published.csv === csvBefore ? [] : [published.csv]),
      ...events.map(event => JSON.stringify(event)),
      ...log.map(textOf),
    ]
    for (const text of texts) {
      const slip = slips.exec(text)
      if (slip) breaches.report('no slip in a text', endedAt, around(text, slip.index))
      const told = [secret, ...heard.tokens].find(hidden => text.includes(hidden))
      if (told) breaches.report('no secret in a text', endedAt, around(text, text.indexOf(told)))
    }
    csvBefore = published.csv
    const unreadable = log.map(textOf).find(text => text.includes('cannot be read'))
    if (unreadable) breaches.report('nothing stored is unreadable', endedAt, unreadable.slice(0, 300))
  }
}

const around = (text: string, at: number): string => `…${text.slice(Math.max(0, at - 120), at + 60)}…`

/** A line of the log as text, with its errors and their causes. */
function textOf(line: unknown): string {
  return JSON.stringify(line, (_, value: unknown) => {
    if (value instanceof Error) return { name: value.name, message: value.message, cause: value.cause }
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
    return value
  })
}
