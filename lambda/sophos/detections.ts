/** The severities as Sophos names them, worst first: the order of every column, sort and sum in this product. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
type Severity = (typeof severities)[number]
export type BySeverity = Readonly<Record<Severity, number>>

/** One hour of a tenant's detections. `bySeverity` is undefined if unknown, never zero instead. */
export type Hour = {
  /** Milliseconds since the epoch. */
  readonly startsAt: number
  readonly total: number
  readonly bySeverity: BySeverity | undefined
}

/** A tenant's detections of 24 hours. */
export type Counts = {
  readonly total: number
  readonly bySeverity: BySeverity | undefined
  /** Oldest first. */
  readonly hours: readonly Hour[]
  /** How many of the 24 hours are unknown. Any other hour that is not in `hours` had no detections. */
  readonly hoursUnknown?: number | undefined
  /** The end of the 24 hours, milliseconds since the epoch. */
  readonly to: number
  /** A sentence that readers of these figures should know. */
  readonly remark: string | undefined
}

export const hourMs = 3_600_000

/**
 * Returns the counts of the 24 hours before `to`, oldest first; `of` picks the count of an hour. They add up to the total:
 * if Sophos splits the window at full hours, which makes 25 parts, the minutes of the first part go to the oldest hour.
 * Returns undefined if an hour or its count is unknown.
 */
export function hourlyCounts(
  { hours, to, hoursUnknown = 0 }: Counts,
  of: (hour: Hour) => number | undefined,
): number[] | undefined {
  if (hoursUnknown > 0) return undefined
  const counts = new Array<number>(24).fill(0)
  for (const hour of hours) {
    const count = of(hour)
    if (count === undefined) return undefined
    const hoursAgo = Math.floor((to - hour.startsAt - 1) / hourMs)
    const slot = Math.min(23, Math.max(0, 23 - hoursAgo))
    counts[slot] = (counts[slot] ?? 0) + count
  }
  return counts
}

/** Returns the time of figures that came at `at`: that moment, unless Sophos gives an earlier one. */
export const timeOf = ({ to }: Counts, at: number): number => (to < at - hourMs ? to : at)

export const sumSeverities = (counts: BySeverity): number =>
  severities.reduce((sum, severity) => sum + counts[severity], 0)
