import { useLayoutEffect, useMemo } from 'preact/hooks'
import { ageOf, defaultIntervalMs, freshness } from '../data/freshness.ts'
import { addUp } from '../data/totals.ts'
import type { Ticker } from '../poll/ticker.ts'
import { formatTime } from '../text/format.ts'
import { pageTitle } from '../text/page-title.ts'
import type { ViewState } from '../view-state.ts'
import { Empty } from './empty.tsx'
import { Notice } from './notice.tsx'
import { PageFooter } from './page-footer.tsx'
import { PageHeader } from './page-header.tsx'
import { Summary } from './summary.tsx'
import { TenantTable } from './tenant-table.tsx'
import { TickerContext, useTicking } from './ticking.ts'

/** The whole page. */
export function App({ state, ticker }: { state: ViewState; ticker: Ticker }) {
  return (
    <TickerContext.Provider value={ticker}>
      <Page state={state} />
    </TickerContext.Provider>
  )
}

function Page({ state }: { state: ViewState }) {
  const { detections, status } = state
  const run = status?.run
  const intervalMs = run?.refreshIntervalMs ?? defaultIntervalMs
  const tenants = detections?.tenants
  const fileWrittenAt = Date.parse(detections?.validators.lastModified ?? '') || undefined
  const age = useMemo(() => tenants && ageOf(tenants, fileWrittenAt), [tenants, fileWrittenAt])
  const totals = useMemo(() => tenants && addUp(tenants), [tenants])
  const outdated = useTicking(
    now => age !== undefined && freshness(age.newest, now, intervalMs) === 'outdated',
  )

  const title = pageTitle(totals, outdated)
  useLayoutEffect(() => {
    document.title = title
  }, [title])

  return (
    <>
      <PageHeader age={age} hasData={detections !== undefined} run={run} intervalMs={intervalMs} />
      <Notice state={state} />
      <main>
        {totals && totals.tenants > 0 && <Summary totals={totals} />}
        {tenants && tenants.length > 0 ? (
          <section aria-labelledby="tenants-heading">
            <h2 id="tenants-heading" class="only-heard">
              Tenants
            </h2>
            <TenantTable tenants={tenants} newest={age?.newest} intervalMs={intervalMs} />
          </section>
        ) : (
          <Empty state={state} />
        )}
      </main>
      <PageFooter run={run} hasRows={tenants !== undefined && tenants.length > 0} />
      <p class="only-heard" role="status">
        {state.updates > 0 && age && `Figures updated, as of ${formatTime(age.newest, age.newest)}.`}
      </p>
    </>
  )
}
