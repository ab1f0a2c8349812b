import './chips.css'
import { laterTexts } from '../../text/later-texts.ts'
import { statusWord } from '../../text/status-word.ts'
import { texts } from '../../text/texts.ts'
import type { View } from '../../triage/view.ts'

type Chip = { label: string; without: Partial<View> }

/** The view without any filter. */
const everything: Partial<View> = {
  search: '',
  severities: [],
  statuses: [],
  regions: [],
  sources: [],
  groups: [],
  onlyNew: false,
  onlyUnseen: false,
  showMuted: true,
}

/** The active filters, each a button that removes it. */
export function Chips({ view, onView }: { view: View; onView: (change: Partial<View>) => void }) {
  return (
    <div class="chips">
      {chipsOf(view).map(({ label, without }) => (
        <button
          type="button"
          class="chip"
          key={label}
          aria-label={laterTexts.toolbar.remove(label)}
          onClick={() => onView(without)}
        >
          <bdi>{label}</bdi>
          <svg class="cross" viewBox="0 0 10 10" aria-hidden="true">
            <path d="M1 1l8 8M9 1 1 9" />
          </svg>
        </button>
      ))}
      <button type="button" class="chip clear" onClick={() => onView(everything)}>
        {laterTexts.toolbar.clear}
      </button>
    </div>
  )
}

/** Returns the active filters as text, each with the view without it. */
export function chipsOf(view: View): Chip[] {
  const { search, severities, statuses, regions, sources, groups } = view
  const without = <Value,>(values: readonly Value[], value: Value) => values.filter(other => other !== value)
  return [
    ...(search.trim() === ''
      ? []
      : [{ label: laterTexts.toolbar.searchFor(search.trim()), without: { search: '' } }]),
    ...severities.map(one => ({
      label: texts.severity[one],
      without: { severities: without(severities, one) },
    })),
    ...statuses.map(one => ({ label: statusWord(one), without: { statuses: without(statuses, one) } })),
    ...regions.map(one => ({ label: one, without: { regions: without(regions, one) } })),
    ...sources.map(one => ({ label: one, without: { sources: without(sources, one) } })),
    ...groups.map(one => ({ label: one, without: { groups: without(groups, one) } })),
    ...(view.onlyNew ? [{ label: laterTexts.toolbar.onlyNew, without: { onlyNew: false } }] : []),
    ...(view.onlyUnseen ? [{ label: laterTexts.toolbar.onlyUnseen, without: { onlyUnseen: false } }] : []),
    ...(view.showMuted ? [] : [{ label: laterTexts.toolbar.withoutMuted, without: { showMuted: true } }]),
  ]
}
