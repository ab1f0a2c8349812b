import type { Severity } from '../detections.ts'

/** The position of each severity on Fusion's scale from 0 to 1. */
export const positions: Record<Severity, number> = {
  info: 0.1,
  low: 0.3,
  medium: 0.5,
  high: 0.7,
  critical: 0.9,
}

/** A parsed text of Fusion's query language. */
export type Question = {
  readonly from: number
  readonly to: number
  readonly matches: (severity: Severity) => boolean
  /** Whether it ends in `| aggregate count by severity`. */
  readonly bySeverity: boolean
}

/**
 * Parses `FROM alert [WHERE severity >= 0.2 AND severity < 0.4] EARLIEST=… [LATEST=…]`, in upper or lower case. Returns
 * undefined for other texts.
 */
export function readQuestion(text: string, now: number): Question | undefined {
  const whole =
    /^from\s+alert(?:\s+where)?((?:\s+(?:and\s+)?severity\s*(?:>=|<=|>|<|=)\s*[\d.]+)*)\s+(?:and\s+)?earliest\s*=\s*(\S+)(?:\s+(?:and\s+)?latest\s*=\s*(\S+))?(\s*\|\s*aggregate count by severity)?$/i
  const [, conditions, earliest, latest, aggregate] = whole.exec(text.trim()) ?? []
  if (conditions === undefined || earliest === undefined) return undefined
  const from = moment(earliest, now)
  const to = latest === undefined ? now : moment(latest, now)
  if (from === undefined || to === undefined) return undefined
  const tests = [...conditions.matchAll(/(>=|<=|>|<|=)\s*([\d.]+)/g)].map(([, sign, number]) => {
    const bound = Number(number)
    return (at: number) =>
      (sign?.includes('>') && at > bound) ||
      (sign?.includes('<') && at < bound) ||
      (sign?.includes('=') && at === bound)
  })
  return {
    from,
    to: Math.min(to, now),
    matches: severity => tests.every(test => test(positions[severity])),
    bySeverity: aggregate !== undefined,
  }
}

/** Parses `-24h`, `-90d`, or a time in quotes. */
function moment(text: string, now: number): number | undefined {
  const [, count, unit] = /^-(\d{1,4})([mhd])$/i.exec(text) ?? []
  const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
  if (count !== undefined) return now - Number(count) * (units[unit?.toLowerCase() ?? ''] ?? 0)
  const [, time] = /^'(\d{4}-\d\d-\d\dT[\d:.]+Z)'$/.exec(text) ?? []
  const ms = Date.parse(time ?? '')
  return Number.isNaN(ms) ? undefined : ms
}
