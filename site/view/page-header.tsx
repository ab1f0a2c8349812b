import type { ComponentChildren } from 'preact'
import { type Age, type Freshness, freshness } from '../data/freshness.ts'
import type { RunStatus } from '../data/parse-status.ts'
import type { Tenant } from '../data/tenant.ts'
import { formatAge, formatDuration, formatTime } from '../text/format.ts'
import { texts } from '../text/texts.ts'
import { later } from './later.tsx'
import { TroubleMark } from './marks.tsx'
import { Ticking, useTicking } from './ticking.ts'

const RunLine = later(async () => (await import('./run-line.tsx')).RunLine)

type HeaderProps = {
  age: Age | undefined
  tenants: readonly Tenant[] | undefined
  run: RunStatus | undefined
  intervalMs: number
  /** The links to the rest of the dashboard. */
  children: ComponentChildren
}

/** What this is, and how current it is. */
export function PageHeader({ age, tenants, run, intervalMs, children }: HeaderProps) {
  return (
    <header class="page-header">
      <div class="title">
        <h1>{texts.product}</h1>
        <p>{texts.last24Hours}</p>
        {run?.demo && <p class="demo">{texts.demo}</p>}
        {children}
      </div>
      <div class="truth">
        {age && <AsOf age={age} intervalMs={intervalMs} />}
        {!age && tenants && <p class="as-of">{texts.header.ageUnknown}</p>}
      </div>
      <div class="run-line">
        {tenants && <RunLine sources={run?.sources ?? []} age={age} intervalMs={intervalMs} />}
      </div>
    </header>
  )
}

function AsOf({ age, intervalMs }: { age: Age; intervalMs: number }) {
  const level = useTicking(now => freshness(age.newest, now, intervalMs))
  return (
    <p class={`as-of ${level}`}>
      {level !== 'fresh' && <TroubleMark />}
      {age.basis === 'collected' ? texts.header.asOf : texts.header.fileWritten}{' '}
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
  const every = formatDuration(intervalMs)
  if (level === 'late') return <span> · {texts.header.late(every)}</span>
  if (level === 'outdated') return <span> · {texts.header.outOfDate(every)}</span>
  if (level === 'ahead') return <span> · {texts.header.clockWrong}</span>
  return null
}
