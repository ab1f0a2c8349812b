import './groups.css'
import { useMemo } from 'preact/hooks'
import { severities, type Tenant } from '../../data/tenant.ts'
import { formatCount } from '../../text/format.ts'
import { laterTexts } from '../../text/later-texts.ts'
import { texts } from '../../text/texts.ts'
import { type GroupTotals, groupTotals } from '../../triage/groups.ts'
import type { SiteSettings } from '../../triage/settings.ts'
import type { View } from '../../triage/view.ts'
import { SeverityMark, Unknown, weight } from '../marks.tsx'

type GroupsProps = {
  tenants: readonly Tenant[]
  settings: SiteSettings
  isMuted: (tenant: Tenant) => boolean
  view: View
  onView: (change: Partial<View>) => void
}

/** A screen with enough height for the table below the groups. */
const roomy = '(min-height: 60rem) and (min-width: 60rem)'

/** The groups with their totals. Each name is a button that shows only its tenants. */
export function Groups({ tenants, settings, isMuted, view, onView }: GroupsProps) {
  const groups = useMemo(() => groupTotals(tenants, settings, isMuted), [tenants, settings, isMuted])
  return (
    <details class="groups" open={view.groups.length > 0 || matchMedia(roomy).matches}>
      <summary>{laterTexts.groups.heading}</summary>
      <table>
        <caption class="only-heard">{laterTexts.groups.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{laterTexts.filter.group}</th>
            <th scope="col" class="number">
              {texts.summary.tenants}
            </th>
            {severities.map(severity => (
              <th scope="col" class={`number ${severity}`} key={severity}>
                <SeverityMark severity={severity} /> {texts.severity[severity]}
              </th>
            ))}
            <th scope="col" class="number">
              {texts.table.new}
            </th>
            <th scope="col" class="number">
              {texts.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map(group => (
            <Group key={group.name ?? ''} group={group} view={view} onView={onView} />
          ))}
        </tbody>
      </table>
    </details>
  )
}

type GroupProps = Pick<GroupsProps, 'view' | 'onView'> & { group: GroupTotals }

function Group({ group: { name, totals }, view, onView }: GroupProps) {
  const chosen = name !== undefined && view.groups.includes(name)
  return (
    <tr class={chosen ? 'chosen' : ''}>
      <th scope="row">
        {name === undefined ? (
          <span class="rest">{laterTexts.groups.none}</span>
        ) : (
          <button
            type="button"
            aria-pressed={chosen}
            onClick={() =>
              onView({
                groups: chosen ? view.groups.filter(one => one !== name) : [...view.groups, name],
              })
            }
          >
            <bdi>{name}</bdi>
          </button>
        )}
      </th>
      <td class="number">{formatCount(totals.tenants)}</td>
      {severities.map(severity => (
        <Figure key={severity} kind={severity} count={totals.bySeverity[severity].known} />
      ))}
      <Figure kind="news" count={totals.news.total.known} />
      <Figure kind="total" count={totals.total.known} />
    </tr>
  )
}

function Figure({ kind, count }: { kind: string; count: number | undefined }) {
  const text = count === undefined ? <Unknown /> : formatCount(count)
  return (
    <td class={`number ${kind} ${weight(count)}`}>
      {kind === 'news' && count !== undefined && count > 0 ? <>+{text}</> : text}
    </td>
  )
}
