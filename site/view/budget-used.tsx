import type { Budget } from '../data/parse-status.ts'
import { laterTexts } from '../text/later-texts.ts'

/** If a window is used up to more than this, the next run may have to wait for it. */
const scarce = 0.9

/**
 * What the last run left of the API's budget. Leaves out windows of seconds and minutes: they are full again before
 * anyone reads this.
 */
export function BudgetUsed({ budget }: { budget: readonly Budget[] }) {
  const windows = budget.filter(({ window }) => /[hd]$/.test(window))
  if (windows.length === 0) return null
  return (
    <p class="budget">
      <span>{laterTexts.budget.heading}</span>
      {windows.map(one => (
        <span class="window" key={one.window}>
          {used(one)} <Meter share={one.limit > 0 ? 1 - one.left / one.limit : 1} />
        </span>
      ))}
    </p>
  )
}

function used({ window, limit, left }: Budget): string {
  const count = limit - left
  const unit = /\/1?([hd])$/.exec(window)?.[1]
  if (unit === 'h') return laterTexts.budget.perHour(count, limit)
  return unit === 'd' ? laterTexts.budget.perDay(count, limit) : laterTexts.budget.other(count, window)
}

function Meter({ share }: { share: number }) {
  return (
    <span class={`meter ${share > scarce ? 'scarce' : ''}`} aria-hidden="true">
      <span style={{ width: `${Math.round(Math.max(0, Math.min(1, share)) * 100)}%` }} />
    </span>
  )
}
