export const barWidth = 3
export const barStep = 4
export const sparkHeight = 20

/** A smaller peak does not fill the height: one detection must not look like a storm. */
const leastPeak = 5
/** Even one detection can be seen. */
const leastBar = 2

/** Returns the count that fills the height for these hours. */
export const peakOf = (totals: readonly number[]): number => Math.max(leastPeak, ...totals)

/**
 * Returns one SVG path of upright bars for `totals`, with a gap for an empty hour. Draws only the bars from `from` on,
 * at their own places. `peak` is the count that fills the height, for bars in front of others.
 */
export function barsPath(totals: readonly number[], from = 0, peak = peakOf(totals)): string {
  return totals
    .map((total, hour) => {
      if (total === 0 || hour < from) return ''
      const height = Math.max(leastBar, Math.round((total / peak) * sparkHeight))
      return `M${hour * barStep} ${sparkHeight}v-${height}h${barWidth}v${height}z`
    })
    .join('')
}
