import { type ComponentChildren, Fragment } from 'preact'
import { useMemo } from 'preact/hooks'
import { needsAttention, type Severity, severities, type Tenant } from '../../data/tenant.ts'
import { formatAge, formatCount } from '../../text/format.ts'
import { statusWord } from '../../text/status-word.ts'
import { texts } from '../../text/texts.ts'
import { MutedMark, SeverityMark, TroubleMark, Unknown, weight } from '../marks.tsx'
import { Sparkline } from '../sparkline.tsx'
import { Ticking } from '../ticking.ts'
import { roles } from './table-roles.ts'

/** What the page knows of a tenant besides its row in the file. */
export type Facts = {
  /** Its data is older than the rest: the row shows its age. */
  aged: boolean
  /** How many of its detections the reader has not seen yet; undefined if unknown. */
  unseen: number | undefined
  muted: boolean
  /** Another tenant has the same name: the row shows the ID. */
  namesake: boolean
}

type RowProps = Facts & {
  tenant: Tenant
  /** The file has more than counts: show the columns for new detections, trend and status. */
  detailed: boolean
  /** Its place in the whole table; the heading is 1. */
  rowIndex: number
  /** The only row that the Tab key stops at. */
  active: boolean
  opened: boolean
  /** Space above it, in pixels, for the rows that are not drawn. */
  gap: number
}

/** One tenant. Draws its cells again only when something about this tenant changed, not when it moves. */
export function TenantRow({ tenant, detailed, rowIndex, active, opened, gap, ...facts }: RowProps) {
  const { aged, unseen, muted, namesake } = facts
  const cells = useMemo(
    () => <Cells tenant={tenant} detailed={detailed} {...{ aged, unseen, muted, namesake }} />,
    [tenant, detailed, aged, unseen, muted, namesake],
  )
  const attention = needsAttention(tenant)
  const kind = `${attention ? ' attention' : ''}${aged ? ' aged' : ''}${muted ? ' muted' : ''}${opened ? ' opened' : ''}`
  return (
    <tr
      {...roles.row}
      class={`tenant${kind}`}
      data-key={tenant.key}
      aria-rowindex={rowIndex}
      style={{ marginTop: `${gap}px` }}
    >
      <th {...roles.rowHeader} scope="row" class="name">
        <button
          type="button"
          class="open"
          title={tenant.name}
          tabIndex={active ? 0 : -1}
          aria-expanded={opened}
        >
          <bdi>{tenant.name || texts.table.unnamed}</bdi>
          {namesake && (
            <span class="id" title={tenant.id}>
              {tail(tenant.id)}
            </span>
          )}
        </button>
      </th>
      {cells}
    </tr>
  )
}

/** Returns the end of an ID: enough to tell two tenants with the same name apart. */
function tail(id: string): string {
  return id.length > 10 ? `…${id.slice(-8)}` : id
}

function Cells({ tenant, detailed, aged, unseen, muted }: Facts & { tenant: Tenant; detailed: boolean }) {
  return (
    <Fragment>
      {severities.map(severity => (
        <Count key={severity} column={severity} count={tenant.counts[severity]} />
      ))}
      {detailed && <News tenant={tenant} />}
      {detailed && <Count column="unseen" count={unseen} />}
      <Count column="total" count={tenant.total} />
      {detailed && (
        <>
          <td {...roles.cell} class="trend">
            {tenant.hourly ? (
              <Sparkline hourly={tenant.hourly} hourlyBySeverity={tenant.hourlyBySeverity} />
            ) : (
              <Unknown />
            )}
          </td>
          <Status tenant={tenant} aged={aged} muted={muted} />
        </>
      )}
    </Fragment>
  )
}

function Count({ column, count }: { column: Severity | 'total' | 'unseen'; count: number | undefined }) {
  const pill = count !== undefined && count > 0 && (column === 'critical' || column === 'high')
  return (
    <td {...roles.cell} class={`count ${column} ${weight(count)}`}>
      {count === undefined ? <Unknown /> : pill ? <span>{formatCount(count)}</span> : formatCount(count)}
    </td>
  )
}

/** The new detections, with the worst severity among them. */
function News({ tenant: { news } }: { tenant: Tenant }) {
  const total = news?.total
  const worst = severities.find(severity => (news?.bySeverity[severity] ?? 0) > 0)
  const content: ComponentChildren =
    total === undefined ? (
      <Unknown />
    ) : total === 0 ? (
      '0'
    ) : (
      <>
        {worst && <SeverityMark severity={worst} />}+{formatCount(total)}
        {worst && <span class="only-heard"> {texts.table.worst(texts.severity[worst])}</span>}
      </>
    )
  return (
    <td {...roles.cell} class={`count news ${weight(total)}`}>
      {content}
    </td>
  )
}

function Status({ tenant, aged, muted }: { tenant: Tenant; aged: boolean; muted: boolean }) {
  const attention = needsAttention(tenant)
  const quiet = !attention && !aged && !muted && tenant.status !== 'pending' && tenant.reason === ''
  const told = tenant.status !== undefined || tenant.reason !== ''
  return (
    <td
      {...roles.cell}
      class={`status${quiet ? ' quiet' : ''}${tenant.hourly ? '' : ' wide'}`}
      title={tenant.reason}
    >
      {muted && (
        <span class="status-word">
          <MutedMark />
          {texts.table.muted}
        </span>
      )}
      {told && !(muted && tenant.status === 'ok') && (
        <span class="status-word">
          {attention && <TroubleMark />}
          {statusWord(tenant.status)}
        </span>
      )}{' '}
      {aged && tenant.collectedAt !== undefined && <FiguresFrom at={tenant.collectedAt} />}{' '}
      {tenant.reason !== '' && <bdi class="reason">{tenant.reason}</bdi>}
    </td>
  )
}

function FiguresFrom({ at }: { at: number }) {
  return (
    <span class="figures-from">
      <Ticking text={now => formatAge(at, now)} />
    </span>
  )
}
