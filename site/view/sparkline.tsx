import { barStep, barsPath, barWidth, sparkHeight } from '../data/sparkline.ts'
import { formatCount } from '../text/format.ts'

/** The last hours as bars, the newest hour in stronger ink. Each tenant has its own scale: the shape tells, the total stands beside it. */
export function Sparkline({ hourly }: { hourly: readonly number[] }) {
  const newest = hourly.length - 1
  const peak = formatCount(Math.max(...hourly))
  const last = formatCount(hourly[newest] ?? 0)
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${newest * barStep + barWidth} ${sparkHeight}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${hourly.length} hours: at most ${peak} in one, ${last} in the newest`}
    >
      <path d={barsPath(hourly)} />
      {hourly[newest] !== 0 && <path class="newest" d={barsPath(hourly, newest)} />}
    </svg>
  )
}
