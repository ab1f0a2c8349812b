import { type BySeverity, hourMs, severities, sumSeverities } from '../detections.ts'
import { UnexpectedAnswerError } from '../errors.ts'
import type { FusionAnswer } from './fusion.ts'

/** The figures of one request, by severity: of the last 24 hours, and since the starts of two clock hours. */
export type FusionFigures = {
  readonly day: BySeverity
  /** Since the start of the previous clock hour; undefined if unknown. */
  readonly sinceHourBefore: BySeverity | undefined
  /** Since the start of the current clock hour; undefined if unknown. */
  readonly sinceHour: BySeverity | undefined
}

const windows = ['day', 'sinceHourBefore', 'sinceHour'] as const
type Window = (typeof windows)[number]

/**
 * Fusion's scale, 0 to 1, divided as in Sophos' own taegis-magic. Fusion stores 32-bit floats, in which 0.2, 0.4, 0.6 and 0.8
 * are not below their decimals, so `>=` is safe.
 */
const ranges: BySeverityRange = {
  critical: 'severity >= 0.8',
  high: 'severity >= 0.6 AND severity < 0.8',
  medium: 'severity >= 0.4 AND severity < 0.6',
  low: 'severity >= 0.2 AND severity < 0.4',
  info: 'severity < 0.2',
}
type BySeverityRange = Readonly<Record<keyof BySeverity, string>>

const cells = windows.flatMap(window =>
  severities.map(severity => ({ window, severity, alias: `${window}_${severity}` })),
)

/** Returns a document with one field for each window and severity, each with its own variable. */
export function windowsDocument(name: string, field: string, inputType: string, fragment: string): string {
  const variables = cells.map(({ alias }) => `$${alias}: ${inputType}!`).join(', ')
  const fields = cells.map(({ alias }) => `${alias}: ${field}(in: $${alias}) { ...Cell }`).join(' ')
  return `query ${name}(${variables}) { ${fields} } ${fragment}`
}

/** Returns the variables for it. `input` builds one from a text in Fusion's query language; `now` is in ms since the epoch. */
export function windowsVariables(now: number, input: (text: string) => unknown): Record<string, unknown> {
  const hour = Math.floor(now / hourMs) * hourMs
  const since: Readonly<Record<Window, string>> = {
    day: '-24h',
    sinceHourBefore: `'${new Date(hour - hourMs).toISOString()}'`,
    sinceHour: `'${new Date(hour).toISOString()}'`,
  }
  return Object.fromEntries(
    cells.map(({ window, severity, alias }) => [
      alias,
      input(`FROM alert WHERE ${ranges[severity]} EARLIEST=${since[window]}`),
    ]),
  )
}

/**
 * Reads the figures. `read` reads one cell and throws if it is unknown; for the day, that error is rethrown. Throws
 * UnexpectedAnswerError if the day has none of a severity of which an hour has some: zero is what a missing figure looks
 * like. (Of a severity that the day has, an hour may have one more: detections come in while Fusion counts.)
 */
export function readWindows(
  answer: FusionAnswer,
  read: (answer: FusionAnswer, alias: string) => number,
): FusionFigures {
  const of = (window: Window): BySeverity => {
    const figures = {
      critical: read(answer, `${window}_critical`),
      high: read(answer, `${window}_high`),
      medium: read(answer, `${window}_medium`),
      low: read(answer, `${window}_low`),
      info: read(answer, `${window}_info`),
    }
    if (Number.isSafeInteger(sumSeverities(figures))) return figures
    throw new UnexpectedAnswerError('Sophos Fusion answered with counts that are too large to add up.')
  }
  const known = (window: Window): BySeverity | undefined => {
    try {
      return of(window)
    } catch {
      // The tenant still has its counts; one hour is unknown.
      return undefined
    }
  }
  const day = of('day')
  const [sinceHourBefore, sinceHour] = [known('sinceHourBefore'), known('sinceHour')]
  const missing = severities.find(
    severity => day[severity] === 0 && (sinceHourBefore?.[severity] || sinceHour?.[severity]),
  )
  if (missing) {
    throw new UnexpectedAnswerError(
      `Sophos Fusion answered with no ${missing} detections of 24 hours, and with some of the last two.`,
    )
  }
  return { day, sinceHourBefore, sinceHour }
}
