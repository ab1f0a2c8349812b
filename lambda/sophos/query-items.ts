import * as v from 'valibot'
import { time } from '../schemas.ts'
import { type BySeverity, type Counts, type Hour, hourMs, type severities } from './detections.ts'
import { UnexpectedAnswerError } from './errors.ts'

/** The fields of a detection that are needed to count it. `severityName` checks the severity. */
export const itemSchema = v.object({
  id: v.fallback(v.optional(v.string()), undefined),
  time,
  severity: v.optional(v.unknown()),
})
export type QueryItem = v.InferOutput<typeof itemSchema>

/**
 * Returns the name of a severity number: 0 info, 1 to 3 low, 4 to 6 medium, 7 and 8 high, 9 and 10 critical, as in Sophos'
 * community script and other tools; Sophos documents only the range. Returns undefined for anything else.
 */
export function severityName(level: unknown): keyof BySeverity | undefined {
  if (typeof level !== 'number' || !Number.isInteger(level) || level < 0 || level > 10) return undefined
  if (level === 0) return 'info'
  if (level <= 3) return 'low'
  if (level <= 6) return 'medium'
  return level <= 8 ? 'high' : 'critical'
}

/**
 * Counts the results of a query by the hour, for the 24 hours before `to` (milliseconds since the epoch). `announced` is the
 * number that Sophos gave. Throws UnexpectedAnswerError if there are fewer, since a count that is too low looks calm; if
 * there are more, it counts them all and adds a remark.
 *
 * A detection that is there twice counts once. It means that its page and another one overlap, and so perhaps that one is
 * missing: that is refused unless as many different ones came as announced.
 */
export function countItems(given: readonly QueryItem[], to: number, announced: number | undefined): Counts {
  refuseOtherThanAsked(given, to)
  const items = withoutRepeats(given)
  if (items.length < (announced ?? given.length)) {
    const found = announced === undefined ? '' : `found ${announced} detections and `
    const twice = items.length < given.length ? ', some of them more than once' : ''
    throw new UnexpectedAnswerError(`Sophos' detection query ${found}gave ${items.length} of them${twice}.`)
  }
  const outside = items.filter(({ time }) => time < to - dayMs - slackMs || time > to + slackMs).length
  const byHour = new Map<number, Tally>()
  const all = newTally()
  for (const { time, severity } of items) {
    const startsAt = Math.floor(time / hourMs) * hourMs
    const hour = byHour.get(startsAt) ?? newTally()
    byHour.set(startsAt, hour)
    for (const tally of [hour, all]) add(tally, severityName(severity))
  }
  const hours = [...byHour].map(([startsAt, tally]): Hour => ({ startsAt, ...figures(tally) }))
  hours.sort((a, b) => a.startsAt - b.startsAt)
  return { ...figures(all), hours, to, remark: remarkOn(all, announced, outside) }
}

function withoutRepeats(items: readonly QueryItem[]): QueryItem[] {
  const ids = new Set<string>()
  return items.filter(({ id }) => {
    if (!id) return true
    const isNew = !ids.has(id)
    ids.add(id)
    return isNew
  })
}

const dayMs = 24 * hourMs
/** Clocks differ. */
const slackMs = 60_000

type Tally = { total: number; unknown: number; bySeverity: Record<keyof BySeverity, number> }

const newTally = (): Tally => ({
  total: 0,
  unknown: 0,
  bySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
})

function add(tally: Tally, severity: (typeof severities)[number] | undefined): void {
  tally.total += 1
  if (severity) tally.bySeverity[severity] += 1
  else tally.unknown += 1
}

const figures = ({ total, unknown, bySeverity }: Tally) => ({
  total,
  bySeverity: unknown === 0 ? bySeverity : undefined,
})

function remarkOn(
  { total, unknown }: Tally,
  announced: number | undefined,
  outside: number,
): string | undefined {
  const remarks = [
    unknown > 0 ? `Sophos gave ${unknown} of ${total} detections an unknown severity.` : '',
    announced !== undefined && total > announced
      ? `Sophos' detection query announced ${announced} detections and gave ${total}.`
      : '',
    outside > 0 ? `${outside} of the ${total} detections are not from the 24 hours that were asked for.` : '',
  ]
  return remarks.filter(Boolean).join(' ') || undefined
}

/** The same limits as for counts (`believable.ts`): figures of another time would be wrong without looking wrong. */
function refuseOtherThanAsked(items: readonly QueryItem[], to: number): void {
  const outside = items.find(({ time }) => time < to - 25 * hourMs || time > to + hourMs)
  if (!outside) return
  throw new UnexpectedAnswerError(
    `Sophos was asked for the detections of the last 24 hours and answered with one of ${new Date(outside.time).toISOString()}.`,
  )
}
