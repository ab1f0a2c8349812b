import type { BySeverity } from './tenant.ts'

/** What one answer said of a tenant, as the history keeps it. A count that is `undefined` is unknown. */
export type HistoryPoint = {
  /** To the minute, in ms since 1970. */
  at: number
  counts: BySeverity<number | undefined>
  total: number | undefined
  method: string
  /** The counts before came another way, from or to Sophos Fusion: the two are not to be compared, nor joined by a line. */
  breaks: boolean
}

/** Of each day: its points, or why there are none. */
export type HistoryDay = {
  day: string
  points: readonly HistoryPoint[]
  missing: 'none' | 'no file' | 'unreadable'
}

export type History = {
  /** Oldest first. */
  points: readonly HistoryPoint[]
  /** The days that have no file, and those whose file cannot be read. */
  gaps: readonly { day: string; missing: 'no file' | 'unreadable' }[]
}

/** The last `days` UTC days up to that of `now`, oldest first, such as "2026-11-22". */
export function lastDays(now: number, days: number): string[] {
  return Array.from({ length: days }, (_, i) =>
    new Date(now - (days - 1 - i) * dayMs).toISOString().slice(0, 10),
  )
}

const dayMs = 86_400_000

/** Puts the days of one tenant together, and marks where the way changed by which its counts came. */
export function joinDays(days: readonly HistoryDay[]): History {
  const points = days.flatMap(day => day.points).sort((a, b) => a.at - b.at)
  return {
    points: points.map((point, i) => {
      const before = points[i - 1]
      const breaks = before !== undefined && (before.method === fusion) !== (point.method === fusion)
      return { ...point, breaks }
    }),
    gaps: days.flatMap(({ day, missing }) => (missing === 'none' ? [] : [{ day, missing }])),
  }
}

const fusion = 'fusion'

export type DayScan = {
  /** Takes the next part of the file. Answers whether more is needed: the rows stand by tenant, so those of one end somewhere. */
  take: (part: string) => boolean
  /** The tenant's points; `undefined` where the file is none of the history's. To be asked once, when all is taken. */
  end: () => readonly HistoryPoint[] | undefined
}

const header = 'ID,Collected_At,Critical,High,Medium,Low,Info,Total,Method\n'

/**
 * Finds the rows of one tenant in a day's file that comes in parts of any size; no more than a part is held. A day of 2,500
 * tenants has 19 MB.
 */
export function scanDay(tenantId: string): DayScan {
  const begin = `\n${quoted(tenantId)},`
  const points: HistoryPoint[] = []
  let rest = ''
  let begun = false

  const takeLines = (lines: string) => {
    for (let at = lines.indexOf(begin); at !== -1; ) {
      const end = lines.indexOf('\n', at + 1)
      const point = toPoint(lines.slice(at + begin.length, end))
      if (point) points.push(point)
      at = lines.indexOf(begin, end)
    }
    const lastLine = lines.lastIndexOf('\n', lines.length - 2)
    return points.length === 0 || lines.startsWith(begin, lastLine)
  }

  return {
    take: part => {
      rest += part
      if (!begun) {
        if (rest.length < header.length) return true
        if (!rest.startsWith(header)) return false
        begun = true
        rest = rest.slice(header.length - 1)
      }
      // `rest` begins with the line break before its first line, so that every line begins with one.
      const lastBreak = rest.lastIndexOf('\n')
      if (lastBreak === 0) return true
      const lines = rest.slice(0, lastBreak + 1)
      rest = rest.slice(lastBreak)
      return takeLines(lines)
    },
    end: () => (begun ? points : undefined),
  }
}

/** The rest of a row after its ID: time, five severities, total, method. Nothing in it is ever quoted. */
function toPoint(cells: string): HistoryPoint | undefined {
  const [time = '', critical, high, medium, low, info, total, method = ''] = cells.trimEnd().split(',')
  const at = Date.parse(`${time.replace(' ', 'T')}Z`)
  if (Number.isNaN(at)) return undefined
  return {
    at,
    counts: {
      critical: count(critical),
      high: count(high),
      medium: count(medium),
      low: count(low),
      info: count(info),
    },
    total: count(total),
    method,
    breaks: false,
  }
}

function count(cell: string | undefined): number | undefined {
  return cell !== undefined && /^\d{1,15}$/.test(cell) ? Number(cell) : undefined
}

/** A cell as the file has it (RFC 4180). */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
