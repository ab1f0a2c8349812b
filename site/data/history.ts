import type { BySeverity } from './tenant.ts'

/** One answer for a tenant, as stored in the history. A count that is `undefined` is unknown. */
export type HistoryPoint = {
  /** To the minute, in ms since 1970. */
  at: number
  counts: BySeverity<number | undefined>
  total: number | undefined
  method: string
  /**
   * The counting method changed here, to or from Sophos Fusion: do not compare these counts with the earlier ones or
   * join them by a line.
   */
  breaks: boolean
}

/** One day: its points, or why it has none. */
export type HistoryDay = {
  day: string
  points: readonly HistoryPoint[]
  missing: 'none' | 'no file' | 'unreadable'
}

export type History = {
  /** Oldest first. */
  points: readonly HistoryPoint[]
  /** Days whose file is missing or unreadable. */
  gaps: readonly { day: string; missing: 'no file' | 'unreadable' }[]
}

/** Returns the last `days` UTC days up to the day of `now`, oldest first, such as "2026-11-22". */
export function lastDays(now: number, days: number): string[] {
  return Array.from({ length: days }, (_, i) =>
    new Date(now - (days - 1 - i) * dayMs).toISOString().slice(0, 10),
  )
}

const dayMs = 86_400_000

/** Joins the days of one tenant, and marks where the counting method changed. */
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
  /**
   * Takes the next part of the file. Returns whether it needs more: a tenant's rows are next to each other, so it can
   * stop after them.
   */
  take: (part: string) => boolean
  /** Returns the tenant's points; `undefined` if this is not a history file. Call it once, after the last part. */
  end: () => readonly HistoryPoint[] | undefined
}

const header = 'ID,Collected_At,Critical,High,Medium,Low,Info,Total,Method\n'

/**
 * Finds the rows of one tenant in a day's file, which comes in parts of any size. Keeps only one part in memory: a day
 * of 2,500 tenants has 19 MB.
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
      // `rest` starts with the line break before its first line, so every line starts with one.
      const lastBreak = rest.lastIndexOf('\n')
      if (lastBreak === 0) return true
      const lines = rest.slice(0, lastBreak + 1)
      rest = rest.slice(lastBreak)
      return takeLines(lines)
    },
    end: () => (begun ? points : undefined),
  }
}

/** Reads a row after its ID: time, five severities, total, method. None of these is ever quoted. */
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

/** Returns a cell as written in the file (RFC 4180). */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
