import { useMemo } from 'preact/hooks'
import { isAged } from '../data/freshness.ts'
import { needsAttention, severities, type Tenant } from '../data/tenant.ts'
import { severityWords, shortSeverityWords } from '../text/severity-words.ts'
import { SeverityMark } from './marks.tsx'
import { roles } from './table-roles.ts'
import { TenantRow } from './tenant-row.tsx'

/** Where the summary's link to the first tenant in trouble leads. */
export const attentionId = 'attention'

type TableProps = { tenants: readonly Tenant[]; newest: number | undefined; intervalMs: number }

/** All tenants, in the order of the file: the writer has put the worst first. */
export function TenantTable({ tenants, newest, intervalMs }: TableProps) {
  const detailed = useMemo(
    () =>
      tenants.some(
        tenant => tenant.status !== undefined || tenant.hourly !== undefined || tenant.reason !== '',
      ),
    [tenants],
  )
  const rows = useMemo(() => {
    const inTrouble = tenants.find(needsAttention)
    return tenants.map(tenant => (
      <TenantRow
        key={tenant.key}
        tenant={tenant}
        aged={newest !== undefined && isAged(tenant.collectedAt, newest, intervalMs)}
        detailed={detailed}
        id={tenant === inTrouble ? attentionId : undefined}
      />
    ))
  }, [tenants, newest, intervalMs, detailed])
  return (
    <table {...roles.table} class="tenants">
      <caption class="only-heard">Detections of the last 24 hours by tenant and severity</caption>
      <Head detailed={detailed} />
      <tbody {...roles.rowGroup}>{rows}</tbody>
    </table>
  )
}

function Head({ detailed }: { detailed: boolean }) {
  return (
    <thead {...roles.rowGroup}>
      <tr {...roles.row}>
        <th {...roles.columnHeader} scope="col" class="name">
          Tenant
        </th>
        {severities.map(severity => (
          <th {...roles.columnHeader} key={severity} scope="col" class={`count ${severity}`}>
            <SeverityMark severity={severity} />
            <span class="long">{severityWords[severity]}</span>
            <span class="short" aria-hidden="true">
              {shortSeverityWords[severity]}
            </span>
          </th>
        ))}
        <th {...roles.columnHeader} scope="col" class="count total">
          Total
        </th>
        {detailed && (
          <>
            {' '}
            <th {...roles.columnHeader} scope="col" class="trend">
              24 hours
            </th>
            <th {...roles.columnHeader} scope="col" class="status">
              Status
            </th>
          </>
        )}{' '}
      </tr>
    </thead>
  )
}
