import { type Age, type Freshness, freshness } from '../data/freshness.ts'
import type { RunStatus, Source } from '../data/parse-status.ts'
import { formatAge, formatDuration, formatShortTime, formatTime } from '../text/format.ts'
import { TroubleMark } from './marks.tsx'
import { Ticking, useTicking } from './ticking.ts'

type HeaderProps = { age: Age | undefined; hasData: boolean; run: RunStatus | undefined; intervalMs: number }

/** What this is, and how true it is. */
export function PageHeader({ age, hasData, run, intervalMs }: HeaderProps) {
  return (
    <header class="page-header">
      <div class="title">
        <h1>Sophos Detections</h1>
        <p>last 24 hours</p>
        {run?.demo && <p class="demo">Demo: simulated data</p>}
      </div>
      <div class="truth">
        {age && <AsOf age={age} intervalMs={intervalMs} />}
        {!age && hasData && <p class="as-of">Age unknown: the file does not say when it was written</p>}
        {age && age.newest - age.oldest > intervalMs && <Oldest at={age.oldest} />}
      </div>
      {run && run.sources.length > 0 && (
        <div class="runs">
          {run.sources.map(source => (
            <Run key={source.name} source={source} named={run.sources.length > 1} />
          ))}
        </div>
      )}
    </header>
  )
}

function AsOf({ age, intervalMs }: { age: Age; intervalMs: number }) {
  const level = useTicking(now => freshness(age.newest, now, intervalMs))
  return (
    <p class={`as-of ${level}`}>
      {level !== 'fresh' && <TroubleMark />}
      {age.basis === 'collected' ? 'As of ' : 'File written '}
      <strong>
        <Ticking text={now => formatTime(age.newest, now)} />
      </strong>
      {' · '}
      <span class="together">
        <Ticking text={now => formatAge(age.newest, now)} />
      </span>
      <Verdict level={level} intervalMs={intervalMs} />
    </p>
  )
}

function Verdict({ level, intervalMs }: { level: Freshness; intervalMs: number }) {
  const due = `due every ${formatDuration(intervalMs)}`
  if (level === 'late') return <span> · Late: {due}</span>
  if (level === 'outdated') return <span> · Out of date: {due}</span>
  if (level === 'ahead') return <span> · A clock is wrong: this lies in the future</span>
  return null
}

function Oldest({ at }: { at: number }) {
  return (
    <p class="oldest">
      Oldest figure <Ticking text={now => `${formatShortTime(at, now)} · ${formatAge(at, now)}`} />
    </p>
  )
}

function Run({ source, named }: { source: Source; named: boolean }) {
  // A run that ended early is no trouble: where an estate is larger than the budget, each one does. Its message says so,
  // and what it did not reach tells its age.
  const failed = source.result === 'failed'
  return (
    <p class={failed ? 'run failed' : 'run'}>
      {failed && <TroubleMark />}
      {named && <bdi class="source">{source.name}: </bdi>}
      {failed && <strong>Last run failed. </strong>}
      {source.message && <bdi>{source.message} </bdi>}
      {source.nextRunAt !== undefined && <NextRun at={source.nextRunAt} />}
    </p>
  )
}

/** A run writes its news when it ends, so the time of the next one is past for a while each time: that is no trouble. */
function NextRun({ at }: { at: number }) {
  return (
    <span class="next-run">
      <Ticking
        text={now =>
          at > now ? `Next run ${formatShortTime(at, now)}.` : `A run was due ${formatShortTime(at, now)}.`
        }
      />
    </span>
  )
}
