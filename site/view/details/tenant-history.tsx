import { useContext, useLayoutEffect, useState } from 'preact/hooks'
import { type History, type HistoryPoint, lastDays } from '../../data/history.ts'
import { askHistory } from '../../poll/ask-history.ts'
import { formatCount } from '../../text/format.ts'
import { laterTexts } from '../../text/later-texts.ts'
import { formats } from '../../text/locale.ts'
import { texts } from '../../text/texts.ts'
import { TickerContext } from '../ticking.ts'

const days = 7
const dayMs = 86_400_000
const width = 700
const height = 100
/** Two answers further apart than this have a gap between them: no line joins them. */
const gapMs = 6 * 3_600_000

/** The tenant's last days, if there is a history. Loads when the row opens. */
export function TenantHistory({ tenantId, source }: { tenantId: string; source: string }) {
  const { now } = useContext(TickerContext)
  const [history, setHistory] = useState<History | undefined>(undefined)
  useLayoutEffect(() => {
    const leave = new AbortController()
    askHistory({ source, tenantId }, lastDays(now(), days), fetch.bind(window), leave.signal).then(
      setHistory,
      () => {}, // Aborted, since the row was closed.
    )
    return () => leave.abort()
  }, [tenantId, source])

  if (!history) return <p class="heading">{laterTexts.details.loading}</p>
  if (history.points.length === 0) return <p class="heading">{laterTexts.details.noHistory}</p>
  const unreadable = history.gaps.filter(({ missing }) => missing === 'unreadable').map(({ day }) => day)
  return (
    <>
      <p class="heading">{laterTexts.details.history}</p>
      <Lines points={history.points} />
      {unreadable.length > 0 && <p class="heading">{laterTexts.details.gaps(unreadable.join(', '))}</p>}
    </>
  )
}

function Lines({ points }: { points: readonly HistoryPoint[] }) {
  const last = points.at(-1)
  const end = last?.at ?? 0
  const start = end - days * dayMs
  const most = Math.max(1, ...points.map(({ total }) => total ?? 0))
  const severe = ({ counts: { critical, high } }: HistoryPoint) =>
    critical === undefined || high === undefined ? undefined : critical + high
  const line = (figure: (point: HistoryPoint) => number | undefined) => path(points, figure, start, most)
  const label = laterTexts.details.historyLabel(formatCount(most), formatCount(last?.total ?? 0))
  return (
    <>
      <svg
        class="past-lines"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <path class="all" d={line(({ total }) => total)} />
        <path class="severe" d={line(severe)} />
      </svg>
      <p class="axis">
        <span>{formats.day.format(start)}</span>
        <span>{formats.day.format(end)}</span>
      </p>
      <p class="key">
        <span class="key-all">{texts.total}</span>
        <span class="key-severe">{laterTexts.details.criticalAndHigh}</span>
        <span class="most">{label}</span>
      </p>
    </>
  )
}

/** A line through the points. It breaks at unknown counts, at gaps, and where the counting method changed. */
function path(
  points: readonly HistoryPoint[],
  figure: (point: HistoryPoint) => number | undefined,
  start: number,
  most: number,
): string {
  let before: number | undefined
  return points
    .map(point => {
      const value = figure(point)
      if (value === undefined) {
        before = undefined
        return ''
      }
      const joins = before !== undefined && point.at - before < gapMs && !point.breaks
      before = point.at
      const x = Math.round(((point.at - start) / (days * dayMs)) * width)
      const y = Math.round(height - (value / most) * (height - 2) - 1)
      return `${joins ? 'L' : 'M'}${x} ${y}`
    })
    .join('')
}
