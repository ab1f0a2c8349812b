export const barWidth = 3
export const barStep = 4
export const sparkHeight = 20

/** A peak below this does not fill the height: one lonely detection must not look like a storm. */
const leastPeak = 5
/** Any detection at all can be seen. */
const leastBar = 2

/** What fills the height, for a row of these hours. */
export const peakOf = (totals: readonly number[]): number => Math.max(leastPeak, ...totals)

/**
 * One SVG path of upright bars for `totals`, an empty hour being a gap. The bars from `from` on only, at their own places. `peak` is what fills
 * the height, for bars that stand in front of others.
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
