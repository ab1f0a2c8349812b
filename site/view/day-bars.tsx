import './day-bars.css'
import { useMemo, useState } from 'preact/hooks'
import { type ChartHour, type DayChart, dayChartInSteps } from '../data/day-chart.ts'
import { hourMs, type Severity, severities, type Tenant } from '../data/tenant.ts'
import { formatCount, formatShortTime } from '../text/format.ts'
import { laterTexts } from '../text/later-texts.ts'
import { texts } from '../text/texts.ts'
import { SeverityMark } from './marks.tsx'

const height = 100
const step = 10
const barWidth = 8.4
/** Even one critical detection can be seen beside a thousand others. */
const leastBar = 3

type DayProps = {
  tenants: readonly Tenant[]
  /** Only these severities; empty means all. */
  chosen: readonly Severity[]
}

/** The chart of the day for these tenants, if they have hours. */
export function DayBars({ tenants, chosen }: DayProps) {
  const [chartOf] = useState(dayChartInSteps)
  const chart = useMemo(() => chartOf(tenants), [chartOf, tenants])
  if (chart) return <Bars chart={chart} chosen={chosen} />
  return tenants.length > 0 ? <p class="legend">{laterTexts.chart.unknown}</p> : null
}

type BarsProps = Pick<DayProps, 'chosen'> & { chart: DayChart }

/**
 * 24 hours of all shown tenants, the worst severity at the bottom. The hour under the pointer or the arrow keys shows
 * its counts.
 */
function Bars({ chart, chosen }: BarsProps) {
  const [at, setAt] = useState<number | undefined>(undefined)
  const shown = chosen.length === 0 ? severities : chosen
  const ofHour = (hour: ChartHour) =>
    shown.reduce((sum, severity) => sum + hour.bySeverity[severity], chosen.length === 0 ? hour.unsorted : 0)
  const peak = Math.max(...chart.hours.map(ofHour))
  const hour = at === undefined ? undefined : chart.hours[at]
  const newest = chart.hours.length - 1

  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: (at ?? newest) - 1,
      ArrowRight: (at ?? newest) + 1,
      Home: 0,
      End: newest,
    }
    const to = moves[event.key]
    if (to === undefined) return
    event.preventDefault()
    setAt(Math.max(0, Math.min(newest, to)))
  }

  return (
    <>
      <p class="legend">
        {hour ? <HourFigures hour={hour} shown={shown} /> : <span>{laterTexts.chart.heading}</span>}
        <span>{peak > 0 ? laterTexts.chart.peak(formatCount(peak)) : laterTexts.chart.quiet}</span>
      </p>
      <div
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={laterTexts.chart.label}
        aria-valuemin={0}
        aria-valuemax={newest}
        aria-valuenow={at ?? newest}
        aria-valuetext={sentence(chart.hours[at ?? newest], shown)}
        onKeyDown={onKeyDown}
        onFocus={() => setAt(at ?? newest)}
        onBlur={() => setAt(undefined)}
        onPointerLeave={() => setAt(undefined)}
      >
        <svg
          class="bars"
          viewBox={`0 0 ${chart.hours.length * step} ${height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {chart.hours.map((one, index) => (
            <g key={one.startsAt} onPointerEnter={() => setAt(index)}>
              <rect
                class={`bar-hit ${index === at ? 'chosen' : ''}`}
                x={index * step}
                width={step}
                height={height}
              />
              {stack(one, shown, chosen.length === 0, peak).map(({ kind, y, size }) => (
                <rect
                  key={kind}
                  class={`bar-${kind}`}
                  x={index * step + (step - barWidth) / 2}
                  y={y}
                  width={barWidth}
                  height={size}
                />
              ))}
            </g>
          ))}
        </svg>
      </div>
      <div class="axis" aria-hidden="true">
        {[0, 6, 12, 18].map(index => (
          <span key={index}>{clock(chart.hours[index]?.startsAt)}</span>
        ))}
        <span class="end">{clock((chart.hours[newest]?.startsAt ?? 0) + hourMs)}</span>
      </div>
    </>
  )
}

type Bar = { kind: Severity | 'unknown'; y: number; size: number }

/** Returns the bars of one hour, from the bottom up. */
function stack(hour: ChartHour, shown: readonly Severity[], unsorted: boolean, peak: number): Bar[] {
  const parts = [
    ...shown.map(severity => ({ kind: severity, count: hour.bySeverity[severity] })),
    { kind: 'unknown' as const, count: unsorted ? hour.unsorted : 0 },
  ]
  let foot = height
  return parts
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => {
      const size = Math.max(leastBar, (count / peak) * height)
      foot -= size
      return { kind, y: foot, size }
    })
}

function HourFigures({ hour, shown }: { hour: ChartHour; shown: readonly Severity[] }) {
  return (
    <span class="hour-figures">
      <strong>
        {clock(hour.startsAt)}–{clock(hour.startsAt + hourMs)}
      </strong>
      {shown.map(severity => (
        <span key={severity}>
          <SeverityMark severity={severity} /> {formatCount(hour.bySeverity[severity])}
        </span>
      ))}
    </span>
  )
}

function sentence(hour: ChartHour | undefined, shown: readonly Severity[]): string {
  if (!hour) return ''
  const figures = shown.map(
    severity => `${texts.severity[severity]} ${formatCount(hour.bySeverity[severity])}`,
  )
  return `${clock(hour.startsAt)}–${clock(hour.startsAt + hourMs)}: ${figures.join(', ')}`
}

function clock(at: number | undefined): string {
  return at === undefined ? '' : formatShortTime(at, at)
}
