import type { Age } from '../data/freshness.ts'
import { severities } from '../data/tenant.ts'
import type { Totals } from '../data/totals.ts'
import { formatCount, formatTime } from '../text/format.ts'
import { texts } from '../text/texts.ts'

type UpdatedProps = { updates: number; age: Age | undefined; totals: Totals | undefined }

/** Tells a screen reader, when it has a moment, that the figures are new ones, and what is new in them. Never of the first. */
export function Updated({ updates, age, totals }: UpdatedProps) {
  const news = severities.flatMap(severity => {
    const count = totals?.news.bySeverity[severity].known ?? 0
    return count > 0 ? [`${texts.severity[severity]} +${formatCount(count)}`] : []
  })
  return (
    <p class="only-heard" role="status">
      {updates > 0 &&
        age &&
        [texts.updated(formatTime(age.newest, age.newest)), news.join(', ')].join(' ').trim()}
    </p>
  )
}
