import './toolbar.css'
import { useState } from 'preact/hooks'
import type { Tenant } from '../../data/tenant.ts'
import { formatCount } from '../../text/format.ts'
import { laterTexts } from '../../text/later-texts.ts'
import { isFiltered, type View } from '../../triage/view.ts'
import { later } from '../later.tsx'

const Chips = later(async () => (await import('./chips.tsx')).Chips)
const FilterPanel = later(async () => (await import('./filter-panel.tsx')).FilterPanel)

type ToolbarProps = {
  view: View
  onView: (change: Partial<View>) => void
  /** All tenants. */
  tenants: readonly Tenant[]
  groupsOf: (tenant: Tenant) => readonly string[]
  /** How many of them are shown. */
  shown: number
  /** How many are left out because their counts are unknown. */
  unknown: number
  /** How many tenants have detections that the reader has not seen. */
  unseen: number
  onAllSeen: () => void
  onDownload: () => void
  /** The rows keep the order from before the last update, because the user works in the table. */
  held: boolean
  onSortAgain: () => void
}

/** Search and filters, and how many of all tenants are shown. */
export function Toolbar(props: ToolbarProps) {
  const { view, onView, tenants, groupsOf, shown, unknown, unseen, held } = props
  const all = tenants.length
  const [panelOpen, setPanelOpen] = useState(false)
  const byUnusual = view.sort?.column === 'unusual'
  return (
    <>
      <search class="toolbar" aria-label={laterTexts.toolbar.label}>
        <input
          class="search"
          type="search"
          value={view.search}
          placeholder={laterTexts.toolbar.search}
          aria-label={laterTexts.toolbar.search}
          aria-keyshortcuts="/"
          autocomplete="off"
          spellcheck={false}
          onInput={event => onView({ search: event.currentTarget.value })}
        />
        <button
          type="button"
          class="control"
          aria-expanded={panelOpen}
          onClick={() => setPanelOpen(!panelOpen)}
        >
          {laterTexts.toolbar.filters}
        </button>
        <button
          type="button"
          class="control"
          aria-pressed={view.onlyNew}
          onClick={() => onView({ onlyNew: !view.onlyNew })}
        >
          {laterTexts.toolbar.onlyNew}
        </button>
        <button
          type="button"
          class="control"
          aria-pressed={byUnusual}
          title={laterTexts.toolbar.unusualWhy}
          onClick={() => onView({ sort: byUnusual ? undefined : { column: 'unusual', descending: true } })}
        >
          {laterTexts.toolbar.unusual}
        </button>
        {held && (
          <button type="button" class="control sort-again" onClick={props.onSortAgain}>
            {laterTexts.toolbar.sortAgain}
          </button>
        )}
        <span class="shown">
          {shown === all ? laterTexts.toolbar.allShown(all) : laterTexts.toolbar.shown(shown, all)}
          {unknown > 0 && ` · ${laterTexts.toolbar.unknownLeftOut(unknown)}`}
        </span>
        <button type="button" class="control" disabled={unseen === 0} onClick={props.onAllSeen}>
          {unseen === 0 ? laterTexts.toolbar.allSeen : laterTexts.toolbar.markSeen(formatCount(unseen))}
        </button>
        <button
          type="button"
          class="control"
          title={laterTexts.toolbar.downloadWhy}
          onClick={props.onDownload}
        >
          {laterTexts.toolbar.download}
        </button>
      </search>
      {panelOpen && <FilterPanel view={view} onView={onView} tenants={tenants} groupsOf={groupsOf} />}
      {isFiltered(view) && <Chips view={view} onView={onView} />}
    </>
  )
}
