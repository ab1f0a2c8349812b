import { type Severity, severities } from '../data/tenant.ts'
import type { Sum, Totals } from '../data/totals.ts'
import { formatCount } from '../text/format.ts'
import { laterTexts } from '../text/later-texts.ts'
import { texts } from '../text/texts.ts'
import { SeverityMark, TroubleMark, Unknown, weight } from '../view/marks.tsx'

/** The totals in large digits: what people read first. */
export function WallTotals({ totals }: { totals: Totals }) {
  return (
    <section class="wall-totals" aria-label={texts.summary.heading}>
      <dl>
        {severities.map(severity => (
          <Figure
            key={severity}
            severity={severity}
            sum={totals.bySeverity[severity]}
            news={totals.news.bySeverity[severity]}
          />
        ))}
        <Figure severity={undefined} sum={totals.total} news={totals.news.total} />
        <Tenants totals={totals} />
      </dl>
    </section>
  )
}

function Figure({ severity, sum, news }: { severity: Severity | undefined; sum: Sum; news: Sum }) {
  return (
    <div class={`wall-figure ${severity ?? 'total'} ${weight(sum.known)}`}>
      <dt>
        {severity && <SeverityMark severity={severity} />}
        {severity ? texts.severity[severity] : texts.total}
      </dt>
      <Large count={sum.known} />
      <dd class="wall-note">{(news.known ?? 0) > 0 && laterTexts.wall.new(news.known ?? 0)}</dd>
    </div>
  )
}

function Tenants({ totals }: { totals: Totals }) {
  return (
    <div class="wall-figure tenants">
      <dt>{texts.summary.tenants}</dt>
      <Large count={totals.tenants} />
      <dd class="wall-note">
        {totals.needAttention > 0 && (
          <span class="wall-attention">
            <TroubleMark /> {texts.summary.needAttention(totals.needAttention)}
          </span>
        )}
        {totals.muted > 0 && <span>{laterTexts.wall.muted(totals.muted)}</span>}
      </dd>
    </div>
  )
}

/** Shows a number as large as its digits allow. */
function Large({ count }: { count: number | undefined }) {
  const digits = count === undefined ? '' : formatCount(count)
  return (
    <dd class="wall-number" style={{ '--digits': Math.max(3, digits.length) }}>
      {count === undefined ? <Unknown /> : digits}
    </dd>
  )
}
