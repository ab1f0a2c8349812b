import { barStep, barsPath, barWidth, peakOf, sparkHeight } from '../data/sparkline.ts'
import type { Tenant } from '../data/tenant.ts'
import { texts } from '../text/texts.ts'

type Hours = Pick<Tenant, 'hourlyBySeverity'> & { hourly: readonly number[] }

/**
 * The last hours as bars: the newest hour in stronger ink, critical and high detections in their own colours at the
 * bottom. Each tenant has its own scale: the bars show the shape, the number beside them the total.
 */
export function Sparkline({ hourly, hourlyBySeverity }: Hours) {
  const newest = hourly.length - 1
  const peak = peakOf(hourly)
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${newest * barStep + barWidth} ${sparkHeight}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={texts.table.trendLabel(hourly.length, Math.max(...hourly), hourly[newest] ?? 0)}
    >
      <path d={barsPath(hourly)} />
      {hourly[newest] !== 0 && <path class="newest" d={barsPath(hourly, newest)} />}
      {hourlyBySeverity && <Severe hours={hourlyBySeverity} peak={peak} />}
    </svg>
  )
}

function Severe({ hours, peak }: { hours: NonNullable<Tenant['hourlyBySeverity']>; peak: number }) {
  const { critical, high } = hours
  const both = critical.map((count, hour) => count + (high[hour] ?? 0))
  if (both.every(count => count === 0)) return null
  return (
    <>
      <path class="high" d={barsPath(both, 0, peak)} />
      <path class="critical" d={barsPath(critical, 0, peak)} />
    </>
  )
}
