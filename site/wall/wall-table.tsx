import { isAged } from '../data/freshness.ts'
import { needsAttention, type Tenant } from '../data/tenant.ts'
import { formatAge, formatCount } from '../text/format.ts'
import { laterTexts } from '../text/later-texts.ts'
import { statusWord } from '../text/status-word.ts'
import { texts } from '../text/texts.ts'
import { MutedMark, SeverityMark, TroubleMark, Unknown, weight } from '../view/marks.tsx'
import { Sparkline } from '../view/sparkline.tsx'
import { roles } from '../view/table/table-roles.ts'
import { Ticking } from '../view/ticking.ts'

type TableProps = {
  /** The worst tenants, on every page. */
  pinned: readonly Tenant[]
  rest: readonly Tenant[]
  page: number
  isMuted: (tenant: Tenant) => boolean
  newest: number | undefined
  intervalMs: number
}

/** As many tenants as fit. Few columns, so that people can read them across a room. */
export function WallTable({ pinned, rest, page, isMuted, newest, intervalMs }: TableProps) {
  const row = (tenant: Tenant) => (
    <Row
      key={tenant.key}
      tenant={tenant}
      muted={isMuted(tenant)}
      aged={newest !== undefined && isAged(tenant.collectedAt, newest, intervalMs)}
    />
  )
  return (
    <table {...roles.table} class="wall-table">
      <caption class="only-heard">{laterTexts.wall.heading}</caption>
      <thead {...roles.rowGroup}>
        <tr {...roles.row}>
          <th {...roles.columnHeader} scope="col" class="name">
            {texts.table.tenant}
          </th>
          <th {...roles.columnHeader} scope="col" class="count">
            <SeverityMark severity="critical" />
            {texts.severity.critical}
          </th>
          <th {...roles.columnHeader} scope="col" class="count">
            <SeverityMark severity="high" />
            {texts.severity.high}
          </th>
          <th {...roles.columnHeader} scope="col" class="count">
            {texts.table.new}
          </th>
          <th {...roles.columnHeader} scope="col" class="trend">
            {texts.table.trend}
          </th>
          <th {...roles.columnHeader} scope="col" class="status">
            {texts.table.status}
          </th>
        </tr>
      </thead>
      {pinned.length > 0 && (
        <tbody {...roles.rowGroup} class="pinned">
          {pinned.map(row)}
        </tbody>
      )}
      <tbody {...roles.rowGroup} key={`page-${page}`} class="turning">
        {rest.map(row)}
      </tbody>
    </table>
  )
}

function Row({ tenant, muted, aged }: { tenant: Tenant; muted: boolean; aged: boolean }) {
  const attention = needsAttention(tenant)
  const kind = `${attention ? ' attention' : ''}${aged ? ' aged' : ''}${muted ? ' muted' : ''}`
  return (
    <tr {...roles.row} class={`wall-row${kind}`}>
      <th {...roles.rowHeader} scope="row" class="name">
        <bdi>{tenant.name || texts.table.unnamed}</bdi>
      </th>
      <Count kind="critical" count={tenant.counts.critical} />
      <Count kind="high" count={tenant.counts.high} />
      <td {...roles.cell} class={`count new ${weight(tenant.news?.total)}`}>
        {tenant.news?.total === undefined ? <Unknown /> : newCount(tenant.news.total)}
      </td>
      <td {...roles.cell} class="trend">
        {tenant.hourly && <Sparkline hourly={tenant.hourly} hourlyBySeverity={tenant.hourlyBySeverity} />}
      </td>
      <td {...roles.cell} class="status">
        {muted && (
          <span>
            <MutedMark /> {texts.table.muted}{' '}
          </span>
        )}
        {attention && (
          <span class="wall-status-word">
            <TroubleMark /> {statusWord(tenant.status)}{' '}
          </span>
        )}
        {tenant.status === 'pending' && <span>{statusWord(tenant.status)} </span>}
        {aged && tenant.collectedAt !== undefined && <AgeOf at={tenant.collectedAt} />}
      </td>
    </tr>
  )
}

const newCount = (count: number) => (count === 0 ? '0' : `+${formatCount(count)}`)

function AgeOf({ at }: { at: number }) {
  return (
    <span class="wall-age">
      <Ticking text={now => formatAge(at, now)} />
    </span>
  )
}

function Count({ kind, count }: { kind: 'critical' | 'high'; count: number | undefined }) {
  return (
    <td {...roles.cell} class={`count ${kind} ${weight(count)}`}>
      {count === undefined ? <Unknown /> : <span>{formatCount(count)}</span>}
    </td>
  )
}
