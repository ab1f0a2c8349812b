import { type Severity, severities, type Tenant } from '../data/tenant.ts'
import type { Sum, Totals } from '../data/totals.ts'
import { formatCount } from '../text/format.ts'
import { statusWord } from '../text/status-word.ts'
import { texts } from '../text/texts.ts'
import type { View } from '../triage/view.ts'
import { later } from './later.tsx'
import { MutedMark, SeverityMark, TroubleMark, Unknown, weight } from './marks.tsx'

const DayBars = later(async () => (await import('./day-bars.tsx')).DayBars)

type SummaryProps = {
  totals: Totals
  /** The number of tenants per status, for tenants that need attention. */
  troubles: ReadonlyMap<string, number>
  /** The tenants in the hourly chart: those shown, without muted ones. */
  charted: readonly Tenant[]
  /** The file has more than counts: there is a place for the chart of the day. */
  detailed: boolean
  view: View
  onView: (change: Partial<View>) => void
}

/**
 * All tenants in one band: seven totals, each with what it leaves out, and the chart of the day. The totals are filter
 * buttons.
 */
export function Summary({ totals, troubles, charted, detailed, view, onView }: SummaryProps) {
  const toggle = (severity: Severity) => {
    const { severities: chosen } = view
    onView({
      severities: severities.filter(one => (one === severity) !== chosen.includes(one)),
    })
  }
  return (
    <section class={`summary ${detailed ? '' : 'plain'}`} aria-labelledby="summary-heading">
      <h2 id="summary-heading" class="only-heard">
        {texts.summary.heading}
      </h2>
      <div class="tiles">
        <div class="tile tenants-tile">
          <span class="label">{texts.summary.tenants}</span>
          <span class="figure">{formatCount(totals.tenants)}</span>
          <Cases totals={totals} troubles={troubles} view={view} onView={onView} />
        </div>
        {severities.map(severity => (
          <button
            type="button"
            key={severity}
            class={`tile ${severity} ${weight(totals.bySeverity[severity].known)}`}
            aria-pressed={view.severities.includes(severity)}
            title={texts.summary.filterBy(texts.severity[severity])}
            onClick={() => toggle(severity)}
          >
            <span class="label">
              <SeverityMark severity={severity} />
              {texts.severity[severity]}
            </span>
            <Figure
              sum={totals.bySeverity[severity]}
              fresh={totals.news.bySeverity[severity]}
              leftOut={totals.total.unknownTenants}
            />
          </button>
        ))}
        <div class={`tile total ${weight(totals.total.known)}`}>
          <span class="label">{texts.total}</span>
          <Figure sum={totals.total} fresh={totals.news.total} leftOut={totals.total.unknownTenants} />
        </div>
      </div>
      {detailed && (
        <div class="day">
          <DayBars tenants={charted} chosen={view.severities} />
        </div>
      )}
    </section>
  )
}

/** `leftOut` is how many tenants have no data at all. The band shows it once for all totals. */
function Figure({ sum, fresh, leftOut }: { sum: Sum; fresh: Sum; leftOut: number }) {
  return (
    <>
      <span class="figure">{sum.known === undefined ? <Unknown /> : formatCount(sum.known)}</span>
      <span class="note">
        {fresh.known !== undefined && fresh.known > 0 && (
          <span class="fresh">{texts.summary.fresh(fresh.known)}</span>
        )}
        {fresh.known === 0 && <span>{texts.summary.noneNew}</span>}
        {sum.unknownTenants !== leftOut && <span>{texts.summary.unknownTenants(sum.unknownTenants)}</span>}
      </span>
    </>
  )
}

type CasesProps = Omit<SummaryProps, 'charted' | 'detailed'>

/** The tenants that need attention, by status. Each status is a filter button. */
function Cases({ totals, troubles, view, onView }: CasesProps) {
  const attention = [...troubles.keys()]
  const allChosen = attention.length > 0 && attention.every(status => view.statuses.includes(status))
  const isOnly = (status: string) => view.statuses.length === 1 && view.statuses[0] === status
  const only = (status: string) => onView({ statuses: isOnly(status) ? [] : [status] })
  return (
    <span class="cases">
      {totals.needAttention === 0 && <span>{texts.summary.allAsked}</span>}
      {totals.needAttention > 0 && (
        <button
          type="button"
          class="case trouble"
          aria-pressed={allChosen}
          title={[...troubles].map(([status, count]) => `${statusWord(status)}: ${count}`).join(', ')}
          onClick={() => onView({ statuses: allChosen ? [] : attention })}
        >
          <TroubleMark />
          {texts.summary.needAttention(totals.needAttention)}
        </button>
      )}
      {totals.total.unknownTenants > 0 && (
        <span class="left-out">{texts.summary.leftOut(totals.total.unknownTenants)}</span>
      )}
      {totals.pending > 0 && (
        <button type="button" class="case" aria-pressed={isOnly('pending')} onClick={() => only('pending')}>
          {texts.summary.notCollected(totals.pending)}
        </button>
      )}
      {totals.muted > 0 && (
        <button
          type="button"
          class="case"
          aria-pressed={!view.showMuted}
          onClick={() => onView({ showMuted: !view.showMuted })}
        >
          <MutedMark />
          {texts.summary.muted(totals.muted)}
        </button>
      )}
    </span>
  )
}
