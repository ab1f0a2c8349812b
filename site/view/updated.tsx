import type { Age } from '../data/freshness.ts'
import { severities } from '../data/tenant.ts'
import type { Totals } from '../data/totals.ts'
import { formatCount, formatTime } from '../text/format.ts'
import { texts } from '../text/texts.ts'

type UpdatedProps = { updates: number; age: Age | undefined; totals: Totals | undefined }

/** Announces new data to screen readers politely, with what is new. The first data is not announced. */
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
