import './moved.css'
import { isMoved, type Tenant } from '../data/tenant.ts'
import { laterTexts } from '../text/later-texts.ts'
import { texts } from '../text/texts.ts'
import type { View } from '../triage/view.ts'
import { TroubleMark } from './marks.tsx'

/** This list names at most this many; the table has them all. */
const mostNamed = 6

type MovedProps = { tenants: readonly Tenant[]; onView: (change: Partial<View>) => void }

/** The tenants left out of the totals because Sophos moved them to Fusion. No other part of the page lists them. */
export function Moved({ tenants, onView }: MovedProps) {
  const moved = tenants.filter(isMoved)
  const [first] = moved
  if (!first) return null
  return (
    <section class="moved" aria-label={laterTexts.moved.heading(moved.length)}>
      <p>
        <TroubleMark /> <strong>{laterTexts.moved.heading(moved.length)}</strong>{' '}
        <bdi>{moved.length > 1 ? laterTexts.moved.advice : first.reason}</bdi>
      </p>
      <p class="names">
        {moved.slice(0, mostNamed).map(tenant => (
          <button type="button" class="case" key={tenant.key} onClick={() => onView({ tenant: tenant.key })}>
            <bdi>{tenant.name || texts.table.unnamed}</bdi>
          </button>
        ))}
        {moved.length > mostNamed && (
          <button type="button" class="case" onClick={() => onView({ statuses: ['moved'] })}>
            {laterTexts.moved.all(moved.length)}
          </button>
        )}
      </p>
    </section>
  )
}
