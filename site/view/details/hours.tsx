import { useLayoutEffect, useRef } from 'preact/hooks'
import { hourMs, type Severity, severities, type Tenant } from '../../data/tenant.ts'
import { formatCount, formatShortTime } from '../../text/format.ts'
import { laterTexts } from '../../text/later-texts.ts'
import { texts } from '../../text/texts.ts'
import { SeverityMark } from '../marks.tsx'

type HoursProps = {
  hourly: readonly number[]
  bySeverity: Tenant['hourlyBySeverity']
  /** The end of the last hour, in ms since 1970. */
  end: number
}

/** The 24 hours as a table, a column for each hour, under bars over the same columns. */
export function Hours({ hourly, bySeverity, end }: HoursProps) {
  const peak = Math.max(1, ...hourly)
  const section = useRef<HTMLElement>(null)
  // If they do not all fit, show the newest hours first.
  useLayoutEffect(() => section.current?.scrollTo({ left: section.current.scrollWidth }), [])
  const startOf = (hour: number) => end - (hourly.length - hour) * hourMs
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users must be able to scroll it sideways.
    <section ref={section} class="scrolls" tabIndex={0} aria-label={laterTexts.details.hours}>
      <table class="hours">
        <caption>{laterTexts.details.hours}</caption>
        <thead>
          {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row of bars takes no focus. */}
          <tr aria-hidden="true" class="columns">
            <td />
            {hourly.map((total, hour) => (
              <td key={startOf(hour)}>
                <span class="column">
                  {total > 0 && <Bars hour={hour} total={total} bySeverity={bySeverity} peak={peak} />}
                </span>
              </td>
            ))}
          </tr>
          <tr>
            <th scope="col">{laterTexts.details.hour}</th>
            {hourly.map((_, hour) => (
              <th scope="col" key={startOf(hour)} title={clock(startOf(hour))}>
                {clock(startOf(hour)).slice(0, 2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bySeverity &&
            severities.map(severity => (
              <Line key={severity} severity={severity} counts={bySeverity[severity]} />
            ))}
          <Line severity={undefined} counts={hourly} />
        </tbody>
      </table>
    </section>
  )
}

function Line({ severity, counts }: { severity: Severity | undefined; counts: readonly number[] }) {
  return (
    <tr class={severity ?? 'total'}>
      <th scope="row">
        {severity && <SeverityMark severity={severity} />} {severity ? texts.severity[severity] : texts.total}
      </th>
      {counts.map((count, hour) => (
        <td key={hour} class={count === 0 ? 'zero' : ''}>
          {formatCount(count)}
        </td>
      ))}
    </tr>
  )
}

type BarsProps = Pick<HoursProps, 'bySeverity'> & { hour: number; total: number; peak: number }

/** One hour's bar, split by severity if known. */
function Bars({ hour, total, bySeverity, peak }: BarsProps) {
  const height = (count: number) => ({ height: `${(count / peak) * 100}%` })
  if (!bySeverity) return <span class="part unsorted" style={height(total)} />
  return (
    <>
      {[...severities].reverse().map(severity => {
        const count = bySeverity[severity][hour] ?? 0
        return count > 0 && <span key={severity} class={`part ${severity}`} style={height(count)} />
      })}
    </>
  )
}

function clock(at: number): string {
  return formatShortTime(at, at)
}
