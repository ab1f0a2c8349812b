import { hourMs } from './detections.ts'
import { UnexpectedAnswerError } from './errors.ts'

/** What an answer of the counts endpoint says of itself, times in milliseconds since the epoch. */
export type CountsAnswer = {
  readonly from: number
  readonly to: number
  readonly tenantId: string | undefined
  readonly resolution: string | undefined
  /** Oldest first. */
  readonly buckets: readonly Bucket[]
}

type Bucket = {
  readonly startsAt: number
  readonly endsAt?: number | null | undefined
  readonly totalCount: number
  readonly countBySeverity?: Readonly<Record<string, number | null | undefined>> | null | undefined
}

/** Clocks differ, and a server may end its hours a second early. */
const slackMs = 60_000

/**
 * Throws UnexpectedAnswerError if the figures are of another time or tenant, are not by the hour, or contradict themselves:
 * they would be wrong without looking wrong. docs/data.md has the rules in one table.
 */
export function refuseUnbelievable(answer: CountsAnswer, tenantId: string): void {
  const why = otherTenant(answer, tenantId) ?? otherTime(answer) ?? notHours(answer) ?? contradiction(answer)
  if (why) throw new UnexpectedAnswerError(why)
}

function otherTenant({ tenantId: answered }: CountsAnswer, asked: string): string | undefined {
  if (!answered || !isUuid(answered) || !isUuid(asked)) return undefined
  return answered.toLowerCase() === asked.toLowerCase()
    ? undefined
    : 'Sophos answered with the counts of another tenant.'
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** 24 hours cut at full hours begin at most 25 hours before the end, and the last of them is an hour that goes on. */
function otherTime({ from, to, buckets }: CountsAnswer): string | undefined {
  const length = to - from
  if (length < 23 * hourMs - slackMs || length > 25 * hourMs + slackMs) {
    return `Sophos was asked for the last 24 hours and answered for those from ${iso(from)} to ${iso(to)}.`
  }
  const outside = buckets.find(({ startsAt }) => startsAt < to - 25 * hourMs || startsAt > to + hourMs)
  return (
    outside && `Sophos was asked for the last 24 hours and answered with ${iso(outside.startsAt)} as well.`
  )
}

/** Only the first and the last bucket may be shorter, where they are cut by the ends of the 24 hours. */
function notHours({ from, to, resolution, buckets }: CountsAnswer): string | undefined {
  const answeredBy = (what: string) => `Sophos was asked for counts by the hour and answered by ${what}.`
  if (resolution !== undefined && resolution !== 'hour') return answeredBy(`"${resolution.slice(0, 50)}"`)
  for (const [index, { startsAt, endsAt }] of buckets.entries()) {
    const length = (endsAt ?? startsAt + hourMs) - startsAt
    const isCut = startsAt < from + hourMs || startsAt + length >= to - slackMs
    if (length <= 0 || length > hourMs + slackMs || (length < hourMs - slackMs && !isCut)) {
      return answeredBy(`a part from ${iso(startsAt)} to ${iso(startsAt + length)}`)
    }
    const before = buckets[index - 1]?.startsAt
    if (before === startsAt) return `Sophos answered with the hour from ${iso(startsAt)} twice.`
    const isAfterCut = index === 1 && before !== undefined && before < from + hourMs
    if (before !== undefined && !isAfterCut && !isWholeHours(startsAt - before)) {
      return answeredBy(`parts from ${iso(before)} and from ${iso(startsAt)}`)
    }
  }
  return undefined
}

const isWholeHours = (ms: number): boolean => {
  const hours = Math.round(ms / hourMs)
  return hours > 0 && Math.abs(ms - hours * hourMs) <= 1_000
}

/** Zero is what a missing total looks like. */
function contradiction({ buckets }: CountsAnswer): string | undefined {
  for (const { startsAt, totalCount, countBySeverity } of buckets) {
    const found = Object.values(countBySeverity ?? {}).reduce<number>((sum, count) => sum + (count ?? 0), 0)
    if (totalCount === 0 && found > 0) {
      return `Sophos answered with a total of 0 for the hour from ${iso(startsAt)}, and with ${found} detections by severity.`
    }
  }
  return undefined
}

const iso = (ms: number): string => new Date(ms).toISOString()
