export const barWidth = 3
export const barStep = 4
export const sparkHeight = 20

/** A peak below this does not fill the height: one lonely detection must not look like a storm. */
const leastPeak = 5
/** Any detection at all can be seen. */
const leastBar = 2

/** One SVG path of upright bars for `totals`, an empty hour being a gap. The bars from `from` on only, at their own places. */
export function barsPath(totals: readonly number[], from = 0): string {
  const peak = Math.max(leastPeak, ...totals)
  return totals
    .map((total, hour) => {
      if (total === 0 || hour < from) return ''
      const height = Math.max(leastBar, Math.round((total / peak) * sparkHeight))
      return `M${hour * barStep} ${sparkHeight}v-${height}h${barWidth}v${height}z`
    })
    .join('')
}
