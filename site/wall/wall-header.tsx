import { type Age, freshness } from '../data/freshness.ts'
import type { RunStatus } from '../data/parse-status.ts'
import { formatAge, formatDuration, formatTime } from '../text/format.ts'
import { laterTexts } from '../text/later-texts.ts'
import { texts } from '../text/texts.ts'
import { TroubleMark } from '../view/marks.tsx'
import { Ticking, useTicking } from '../view/ticking.ts'
import { nextDataAt } from './next-data.ts'

type HeaderProps = { age: Age | undefined; run: RunStatus | undefined; intervalMs: number; only: string }

/** What this is on the left; how current it is and when new data comes on the right. */
export function WallHeader({ age, run, intervalMs, only }: HeaderProps) {
  const next = nextDataAt(run?.sources ?? [])
  return (
    <header class="wall-header">
      <div class="wall-title">
        <h1>{only === '' ? texts.product : <bdi>{only}</bdi>}</h1>
        <p>{only === '' ? texts.last24Hours : `${texts.product} · ${texts.last24Hours}`}</p>
      </div>
      {run?.demo && <p class="wall-demo">{texts.demo}</p>}
      <div class="wall-truth">
        {age && <AsOf age={age} intervalMs={intervalMs} />}
        {next !== undefined && (
          <p class="wall-next">
            <Ticking
              text={now =>
                next > now ? laterTexts.wall.nextData(formatDuration(next - now)) : laterTexts.wall.dueNow
              }
            />
          </p>
        )}
      </div>
    </header>
  )
}

function AsOf({ age, intervalMs }: { age: Age; intervalMs: number }) {
  const level = useTicking(now => freshness(age.newest, now, intervalMs))
  const every = formatDuration(intervalMs)
  return (
    <p class={`wall-as-of ${level}`}>
      {level !== 'fresh' && <TroubleMark />}
      <span>
        {age.basis === 'collected' ? texts.header.asOf : texts.header.fileWritten}{' '}
        <strong>
          <Ticking text={now => formatTime(age.newest, now)} />
        </strong>
        {' · '}
        <Ticking text={now => formatAge(age.newest, now)} />
        {level === 'late' && ` · ${texts.header.late(every)}`}
        {level === 'outdated' && ` · ${texts.header.outOfDate(every)}`}
        {level === 'ahead' && ` · ${texts.header.clockWrong}`}
      </span>
    </p>
  )
}
