import type { ComponentType } from 'preact'
import { useLayoutEffect, useMemo } from 'preact/hooks'
import { showIconLater } from '../attention/show-icon-later.ts'
import { ageOf, freshness, noSchedule } from '../data/freshness.ts'
import { addUp } from '../data/totals.ts'
import type { Ticker } from '../poll/ticker.ts'
import { pageTitle } from '../text/page-title.ts'
import { dayAt, mutesAt } from '../triage/settings.ts'
import { settingsOf, type ViewState } from '../view-state.ts'
import { loadWall } from '../wall/load-wall.ts'
import { Desk } from './desk.tsx'
import { later } from './later.tsx'
import { Notice } from './notice.tsx'
import { PageFooter } from './page-footer.tsx'
import { PageHeader } from './page-header.tsx'
import { PageNav } from './page-nav.tsx'
import { TickerContext, useTicking } from './ticking.ts'
import { Updated } from './updated.tsx'
import { useView } from './use-view.ts'

const Empty = later(async () => (await import('./empty.tsx')).Empty)
const Access = later(async () => (await import('./access/access.tsx')).Access)
const Wall = later(loadWall)

export type AppProps = {
  state: ViewState
  ticker: Ticker
  /** The settings of sound and notifications, once loaded. */
  Signals: ComponentType | undefined
}

export function App(props: AppProps) {
  return (
    <TickerContext.Provider value={props.ticker}>
      <Page {...props} />
    </TickerContext.Provider>
  )
}

function Page({ state, ticker, Signals }: AppProps) {
  const { detections, status } = state
  const [view, onView] = useView()
  const settings = settingsOf(state)
  const run = status?.run
  const intervalMs = run?.refreshIntervalMs ?? noSchedule
  const tenants = detections?.tenants
  const fileWrittenAt = Date.parse(detections?.validators.lastModified ?? '') || undefined
  const age = useMemo(() => tenants && ageOf(tenants, fileWrittenAt), [tenants, fileWrittenAt])
  // A mute ends with its day.
  const today = useTicking(now => (settings.muted.size > 0 ? dayAt(now, settings.timeZone ?? 'UTC') : ''))
  const muteOf = useMemo(() => mutesAt(settings, ticker.now()), [settings, today])
  const totals = useMemo(
    () => tenants && addUp(tenants, tenant => muteOf(tenant) !== undefined),
    [tenants, muteOf],
  )
  const outdated = useTicking(
    now => age !== undefined && freshness(age.newest, now, intervalMs) === 'outdated',
  )

  const title = pageTitle(totals, outdated)
  useLayoutEffect(() => {
    document.title = title
  }, [title])
  const critical = totals?.bySeverity.critical.known
  const trouble = state.trouble !== undefined
  useLayoutEffect(() => {
    if (tenants) void showIconLater({ critical, outdated, trouble })
  }, [tenants !== undefined, critical, outdated, trouble])

  if (view.layout === 'wall') {
    return <Wall state={state} view={view} settings={settings} muteOf={muteOf} />
  }

  const hasRows = tenants !== undefined && tenants.length > 0
  return (
    <>
      <PageHeader age={age} tenants={tenants} run={run} intervalMs={intervalMs}>
        <PageNav view={view} onView={onView} Signals={Signals} />
      </PageHeader>
      <Notice state={state} />
      <main>
        {view.layout === 'access' ? (
          <Access />
        ) : hasRows && totals ? (
          <Desk
            file={detections?.text ?? ''}
            tenants={tenants}
            totals={totals}
            settings={settings}
            muteOf={muteOf}
            newest={age?.newest}
            intervalMs={intervalMs}
            view={view}
            onView={onView}
          />
        ) : (
          <Empty state={state} />
        )}
      </main>
      <PageFooter run={run} settings={settings} hasRows={hasRows} />
      <Updated updates={state.updates} age={age} totals={totals} />
    </>
  )
}
