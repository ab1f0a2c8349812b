import { type Severity, severities } from '../data/tenant.ts'
import type { Sum, Totals } from '../data/totals.ts'
import { formatCount } from '../text/format.ts'
import { severityWords } from '../text/severity-words.ts'
import { SeverityMark, TroubleMark, Unknown, weight } from './marks.tsx'
import { attentionId } from './tenant-table.tsx'

/** The estate in seven figures, each with how many tenants it leaves out. */
export function Summary({ totals }: { totals: Totals }) {
  return (
    <section class="summary" aria-labelledby="summary-heading">
      <h2 id="summary-heading" class="only-heard">
        Summary
      </h2>
      <dl>
        <div class="tile tenants-tile">
          <dt>Tenants</dt>
          <dd class="figure">{formatCount(totals.tenants)}</dd>
          <dd class="note">
            <Attention totals={totals} />
          </dd>
        </div>
        {severities.map(severity => (
          <SumTile key={severity} severity={severity} sum={totals.bySeverity[severity]} of={totals.tenants} />
        ))}
        <SumTile severity={undefined} sum={totals.total} of={totals.tenants} />
      </dl>
    </section>
  )
}

function SumTile({ severity, sum, of }: { severity: Severity | undefined; sum: Sum; of: number }) {
  return (
    <div class={`tile ${severity ?? 'total'} ${weight(sum.known)}`}>
      <dt>
        {severity && <SeverityMark severity={severity} />}
        {severity ? severityWords[severity] : 'Total'}
      </dt>
      <dd class="figure">{sum.known === undefined ? <Unknown /> : formatCount(sum.known)}</dd>
      <dd class="note">
        {sum.unknownTenants > 0 && (
          <>
            {formatCount(sum.unknownTenants)} <span class="long">of {formatCount(of)} </span>
            <span class="roomy">tenants </span>unknown
          </>
        )}
      </dd>
    </div>
  )
}

function Attention({ totals }: { totals: Totals }) {
  const waiting = totals.pending > 0 && `${formatCount(totals.pending)} not collected yet`
  if (totals.needAttention === 0) return <>{waiting || 'All could be asked'}</>
  return (
    <>
      <a class="attention-link" href={`#${attentionId}`}>
        <TroubleMark />
        {formatCount(totals.needAttention)} {totals.needAttention === 1 ? 'needs' : 'need'} attention
      </a>
      {waiting && <span> · {waiting}</span>}
    </>
  )
}
