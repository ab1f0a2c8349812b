import type { Severity } from '../data/tenant.ts'
import { texts } from '../text/texts.ts'

// One shape per severity, so that colour is never the only sign. Drawn on a 12 by 12 grid.
const shapes: Readonly<Record<Severity, string>> = {
  critical: 'M6 0 12 6 6 12 0 6Z',
  high: 'M6 1 12 11.5H0Z',
  medium: 'M1 1h10v10H1Z',
  low: 'M6 1a5 5 0 1 1 0 10A5 5 0 1 1 6 1Z',
  info: 'M6 1a5 5 0 1 1 0 10A5 5 0 1 1 6 1Zm0 2a3 3 0 1 0 0 6a3 3 0 1 0 0-6Z',
}

/** The shape of a severity. Its word always stands beside it, so it is hidden from screen readers. */
export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <svg class={`mark mark-${severity}`} viewBox="0 0 12 12" aria-hidden="true">
      <path d={shapes[severity]} />
    </svg>
  )
}

/** A round sign with an exclamation mark, next to the word that says what is wrong. */
export function TroubleMark() {
  return (
    <svg class="mark mark-trouble" viewBox="0 0 12 12" aria-hidden="true">
      <path d="M6 0a6 6 0 1 1 0 12A6 6 0 1 1 6 0Zm-.9 2.4.2 4.4h1.4l.2-4.4Zm.9 5.3a.95.95 0 1 0 0 1.9a.95.95 0 1 0 0-1.9Z" />
    </svg>
  )
}

/** A crossed-out bell, next to the word for it. */
export function MutedMark() {
  return (
    <svg class="mark mark-trouble" viewBox="0 0 12 12" aria-hidden="true">
      <path d="M6 0a4 4 0 0 1 4 4v3l1.5 2H4.6L10 3.6 2.7 9H.5L2 7V4a4 4 0 0 1 4-4ZM4.5 10h3a1.5 1.5 0 0 1-3 0Z" />
    </svg>
  )
}

/** An unknown count: a dash on the screen, a word for screen readers, never a zero. */
export function Unknown() {
  return (
    <span class="unknown">
      <span aria-hidden="true">–</span>
      <span class="only-heard">{texts.unknown}</span>
    </span>
  )
}

/** The CSS class of a count: zero is quiet, some stands out, unknown has none. */
export function weight(count: number | undefined): 'zero' | 'some' | '' {
  if (count === undefined) return ''
  return count === 0 ? 'zero' : 'some'
}
