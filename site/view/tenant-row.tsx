import { useMemo } from 'preact/hooks'
import { needsAttention, type Severity, severities, type Tenant } from '../data/tenant.ts'
import { formatAge, formatCount, formatShortTime } from '../text/format.ts'
import { statusWord } from '../text/status-word.ts'
import { TroubleMark, Unknown, weight } from './marks.tsx'
import { Sparkline } from './sparkline.tsx'
import { roles } from './table-roles.ts'
import { Ticking } from './ticking.ts'

type RowProps = {
  tenant: Tenant
  /** Its figures are older than the others': their age is told. */
  aged: boolean
  /** The file tells more than counts: there are columns for the trend and the status. */
  detailed: boolean
  /** The address of the row inside the page, for the one that the summary links to. */
  id: string | undefined
}

/** One tenant. Drawn again only when something about this tenant changed. */
export function TenantRow({ tenant, aged, detailed, id }: RowProps) {
  return useMemo(() => {
    const attention = needsAttention(tenant)
    const quiet = !attention && !aged && tenant.status !== 'pending' && tenant.reason === ''
    const kind = `${attention ? ' attention' : ''}${aged ? ' aged' : ''}`
    return (
      <tr {...roles.row} class={`tenant${kind}`} id={id}>
        <th {...roles.rowHeader} scope="row" class="name" title={tenant.name}>
          <bdi>{tenant.name}</bdi>
        </th>
        {severities.map(severity => (
          <Count key={severity} column={severity} count={tenant.counts[severity]} />
        ))}
        <Count column="total" count={tenant.total} />
        {detailed && (
          <>
            {' '}
            <td {...roles.cell} class="trend">
              {tenant.hourly ? <Sparkline hourly={tenant.hourly} /> : <Unknown />}
            </td>
            <td {...roles.cell} class={`status${quiet ? ' quiet' : ''}`}>
              <Status tenant={tenant} attention={attention} />
              {aged && tenant.collectedAt !== undefined && <FiguresFrom at={tenant.collectedAt} />}
            </td>
          </>
        )}{' '}
      </tr>
    )
  }, [tenant, aged, detailed, id])
}

function Count({ column, count }: { column: Severity | 'total'; count: number | undefined }) {
  const pill = count !== undefined && count > 0 && (column === 'critical' || column === 'high')
  return (
    <td {...roles.cell} class={`count ${column} ${weight(count)}`}>
      {count === undefined ? <Unknown /> : pill ? <span>{formatCount(count)}</span> : formatCount(count)}
    </td>
  )
}

function Status({ tenant, attention }: { tenant: Tenant; attention: boolean }) {
  if (tenant.status === undefined && tenant.reason === '') return null
  return (
    <>
      <span class="status-word">
        {attention && <TroubleMark />}
        {tenant.status === undefined ? 'Unknown' : statusWord(tenant.status)}
      </span>{' '}
      {tenant.reason !== '' && <bdi class="reason">{tenant.reason}</bdi>}
    </>
  )
}

function FiguresFrom({ at }: { at: number }) {
  return (
    <span class="figures-from">
      Figures from <Ticking text={now => `${formatShortTime(at, now)}, ${formatAge(at, now)}`} />
    </span>
  )
}
