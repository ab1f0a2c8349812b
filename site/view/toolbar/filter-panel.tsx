import './filter-panel.css'
import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { type Severity, severities, type Tenant } from '../../data/tenant.ts'
import { formatCount } from '../../text/format.ts'
import { laterTexts } from '../../text/later-texts.ts'
import { statusWord } from '../../text/status-word.ts'
import { texts } from '../../text/texts.ts'
import { type Column, columns, type View } from '../../triage/view.ts'
import { nextSort } from '../table/next-sort.ts'

type PanelProps = {
  view: View
  onView: (change: Partial<View>) => void
  tenants: readonly Tenant[]
  groupsOf: (tenant: Tenant) => readonly string[]
}

/** All filters, and the sort. A filter with only one choice is hidden. */
export function FilterPanel({ view, onView, tenants, groupsOf }: PanelProps) {
  const choices = useMemo(
    () => ({
      statuses: tally(tenants, ({ status }) => status),
      regions: tally(tenants, ({ region }) => region),
      sources: tally(tenants, ({ source }) => source),
      groups: tally(tenants, groupsOf),
    }),
    [tenants, groupsOf],
  )
  return (
    <form class="filter-panel" onSubmit={event => event.preventDefault()}>
      <Options
        legend={laterTexts.filter.severity}
        values={new Map(severities.map(severity => [severity, undefined]))}
        word={severity => texts.severity[severity as Severity]}
        chosen={view.severities}
        onChosen={chosen => onView({ severities: severities.filter(one => chosen.includes(one)) })}
      />
      <Options
        legend={laterTexts.filter.status}
        values={choices.statuses}
        word={statusWord}
        chosen={view.statuses}
        onChosen={statuses => onView({ statuses })}
      />
      <Options
        legend={laterTexts.filter.region}
        values={choices.regions}
        chosen={view.regions}
        onChosen={regions => onView({ regions })}
      />
      <Options
        legend={laterTexts.filter.source}
        values={choices.sources}
        chosen={view.sources}
        onChosen={sources => onView({ sources })}
      />
      <Options
        legend={laterTexts.filter.group}
        values={choices.groups}
        chosen={view.groups}
        onChosen={groups => onView({ groups })}
      />
      <fieldset>
        <legend>{laterTexts.filter.only}</legend>
        <Check checked={view.onlyNew} onChange={onlyNew => onView({ onlyNew })}>
          {laterTexts.toolbar.onlyNew}
        </Check>
        <Check checked={view.onlyUnseen} onChange={onlyUnseen => onView({ onlyUnseen })}>
          {laterTexts.toolbar.onlyUnseen}
        </Check>
        <Check checked={!view.showMuted} onChange={hide => onView({ showMuted: !hide })}>
          {laterTexts.toolbar.withoutMuted}
        </Check>
      </fieldset>
      <fieldset>
        <legend>{laterTexts.filter.sortBy}</legend>
        <select
          class="control"
          aria-label={laterTexts.filter.sortBy}
          value={view.sort?.column ?? ''}
          onChange={event => {
            const column = columns.find(name => name === event.currentTarget.value)
            onView({ sort: column && nextSort(undefined, column) })
          }}
        >
          <option value="">{laterTexts.filter.worstFirst}</option>
          {columns.map(column => (
            <option key={column} value={column}>
              {columnWord(column)}
            </option>
          ))}
        </select>
        {view.sort && (
          <Check
            checked={view.sort.descending}
            onChange={descending => view.sort && onView({ sort: { ...view.sort, descending } })}
          >
            {laterTexts.filter.descending}
          </Check>
        )}
      </fieldset>
    </form>
  )
}

type OptionsProps = {
  legend: string
  values: ReadonlyMap<string, number | undefined>
  word?: (value: string) => string
  chosen: readonly string[]
  onChosen: (chosen: string[]) => void
}

function Options({ legend, values, word = value => value, chosen, onChosen }: OptionsProps) {
  const all = [...new Set([...values.keys(), ...chosen])]
  if (all.length < 2 && chosen.length === 0) return null
  return (
    <fieldset>
      <legend>{legend}</legend>
      {all.map(value => {
        const count = values.get(value)
        return (
          <Check
            key={value}
            checked={chosen.includes(value)}
            onChange={on => onChosen(on ? [...chosen, value] : chosen.filter(one => one !== value))}
          >
            <bdi>{word(value)}</bdi>
            {count !== undefined && <span class="option-count">{formatCount(count)}</span>}
          </Check>
        )
      })}
    </fieldset>
  )
}

type CheckProps = {
  checked: boolean
  onChange: (checked: boolean) => void
  children: ComponentChildren
}

function Check({ checked, onChange, children }: CheckProps) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={event => onChange(event.currentTarget.checked)} />
      {children}
    </label>
  )
}

/** Counts how many tenants have each value. */
function tally(
  tenants: readonly Tenant[],
  valuesOf: (tenant: Tenant) => string | undefined | readonly string[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const tenant of tenants) {
    for (const value of [valuesOf(tenant) ?? []].flat()) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)))
}

function columnWord(column: Column): string {
  const severity = severities.find(name => name === column)
  if (severity) return texts.severity[severity]
  const words: Readonly<Record<Exclude<Column, Severity>, string>> = {
    name: texts.table.tenant,
    total: texts.total,
    new: texts.table.new,
    unseen: texts.table.unseen,
    status: texts.table.status,
    age: laterTexts.filter.age,
    region: laterTexts.filter.region,
    source: laterTexts.filter.source,
    group: laterTexts.filter.group,
    unusual: laterTexts.toolbar.unusual,
  }
  return words[column as Exclude<Column, Severity>]
}
