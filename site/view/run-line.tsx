import './run-line.css'
import type { Age } from '../data/freshness.ts'
import type { Source } from '../data/parse-status.ts'
import { formatAge, formatShortTime } from '../text/format.ts'
import { laterTexts } from '../text/later-texts.ts'
import { BudgetUsed } from './budget-used.tsx'
import { RunNews } from './run-news.tsx'
import { Ticking } from './ticking.ts'

type LineProps = {
  sources: readonly Source[]
  age: Age | undefined
  intervalMs: number
}

/** The result of the last runs, the oldest data if it is much older than the newest, and the budget used. */
export function RunLine({ sources, age, intervalMs }: LineProps) {
  return (
    <>
      <div class="runs">
        {sources.map(source => (
          <RunNews key={source.name} source={source} named={sources.length > 1} />
        ))}
        {age && age.newest - age.oldest > intervalMs && <Oldest at={age.oldest} />}
      </div>
      <div class="budgets">
        {sources.map(source => (
          <BudgetUsed key={source.name} budget={source.budget} />
        ))}
      </div>
    </>
  )
}

function Oldest({ at }: { at: number }) {
  return (
    <p class="oldest">
      <Ticking text={now => laterTexts.run.oldestFigure(formatShortTime(at, now), formatAge(at, now))} />
    </p>
  )
}
