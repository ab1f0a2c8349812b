import { useCallback, useContext, useMemo, useRef } from 'preact/hooks'
import { ageOf, noSchedule } from '../data/freshness.ts'
import type { Tenant } from '../data/tenant.ts'
import { addUp } from '../data/totals.ts'
import { laterTexts } from '../text/later-texts.ts'
import { formats } from '../text/locale.ts'
import { statusWord } from '../text/status-word.ts'
import { texts } from '../text/texts.ts'
import { arrange } from '../triage/arrange.ts'
import { groupsOf, type Mute, type SiteSettings } from '../triage/settings.ts'
import { type View, writeView } from '../triage/view.ts'
import { TickerContext } from '../view/ticking.ts'
import { useUnseen } from '../view/use-unseen.ts'
import type { ViewState } from '../view-state.ts'
import { pageOf } from './paging.ts'
import { useAwake, useDrift, useFittingRows, useIdle, usePaging } from './use-wall.ts'
import { WallFooter } from './wall-footer.tsx'
import { WallHeader } from './wall-header.tsx'
import { biggestTroubleFirst, isPressing, isToLookAt } from './wall-order.ts'
import { WallTable } from './wall-table.tsx'
import { WallTotals } from './wall-totals.tsx'

/** What a wall shows: the state of the page, filtered by the address. */
export type WallSight = {
  state: ViewState
  view: View
  settings: SiteSettings
  muteOf: (tenant: Tenant) => Mute | undefined
}

/** One screen without scrolling. */
export function WallScreen({ sight, recovering }: { sight: WallSight; recovering: boolean }) {
  const { state, view, settings, muteOf } = sight
  const run = state.status?.run
  const intervalMs = run?.refreshIntervalMs ?? noSchedule
  const writtenAt = Date.parse(state.detections?.validators.lastModified ?? '') || undefined
  const all = state.detections?.tenants
  const isMuted = useCallback((tenant: Tenant) => muteOf(tenant) !== undefined, [muteOf])
  const tenants = useShown(all ?? none, view, settings, isMuted)
  const age = useMemo(() => all && ageOf(all, writtenAt), [all, writtenAt])
  const totals = useMemo(() => addUp(tenants, isMuted), [tenants, isMuted])
  const ordered = useMemo(() => biggestTroubleFirst(tenants, isMuted), [tenants, isMuted])
  const pressing = useMemo(
    () => ordered.filter(tenant => !isMuted(tenant) && isPressing(tenant)).length,
    [ordered, isMuted],
  )

  const wall = useRef<HTMLDivElement>(null)
  const area = useRef<HTMLDivElement>(null)
  const rows = useFittingRows(area) - 1 // The head is as high as a row.
  const toLookAt = useMemo(
    () => ordered.filter(tenant => isToLookAt(tenant, isMuted(tenant))).length,
    [ordered, isMuted],
  )
  // Pages of zeros would hide what is new: if not all tenants fit, one line names those without problems.
  const turning = useMemo(() => ordered.slice(0, Math.max(toLookAt, rows)), [ordered, toLookAt, rows])
  const { pages } = pageOf(turning, { rows, pressing, page: 0 })
  const { page, held, rests, toggle } = usePaging(pages)
  const { pinned, rest } = pageOf(turning, { rows, pressing, page })
  const idle = useIdle()
  const awake = useAwake()
  useDrift(wall)

  return (
    <div ref={wall} class={`wall ${theme()}${idle ? ' idle' : ''}`}>
      <div class="wall-picture">
        <WallHeader age={age} run={run} intervalMs={intervalMs} only={inWords(view)} />
        <main>
          {ordered.length > 0 && <WallTotals totals={totals} />}
          <div ref={area} class="wall-area">
            {ordered.length > 0 ? (
              <WallTable
                pinned={pinned}
                rest={rest}
                page={Math.min(page, pages - 1)}
                isMuted={isMuted}
                newest={age?.newest}
                intervalMs={intervalMs}
              />
            ) : (
              <p class="wall-none">{nothingToShow(state)}</p>
            )}
          </div>
        </main>
        <WallFooter
          state={state}
          recovering={recovering}
          leftOut={ordered.slice(turning.length).filter(tenant => !isMuted(tenant))}
          paging={{ page: Math.min(page, pages - 1), pages, held, rests, toggle }}
          mayDim={!awake}
          deskAddress={`?${writeView({ ...view, layout: 'desk' })}`}
        />
      </div>
    </div>
  )
}

const none: readonly Tenant[] = []

/** Returns the tenants that pass the filters of the address. */
function useShown(
  tenants: readonly Tenant[],
  view: View,
  settings: SiteSettings,
  isMuted: (tenant: Tenant) => boolean,
): readonly Tenant[] {
  const { now } = useContext(TickerContext)
  const { unseenOf } = useUnseen(tenants, now)
  return useMemo(() => {
    const groups = (tenant: Tenant) => groupsOf(settings, tenant)
    return arrange(tenants, view, { groupsOf: groups, isMuted, unseenOf, locale: formats.locale }).tenants
  }, [tenants, view, settings, isMuted, unseenOf])
}

/** Returns the filters as text, for the heading of a wall that does not show everything. */
function inWords({ groups, sources, regions, severities, statuses, search, onlyNew }: View): string {
  return [
    ...groups,
    ...sources,
    ...regions,
    ...severities.map(severity => texts.severity[severity]),
    ...statuses.map(statusWord),
    search === '' ? '' : laterTexts.toolbar.searchFor(search),
    onlyNew ? laterTexts.toolbar.onlyNew : '',
  ]
    .filter(Boolean)
    .join(' · ')
}

/** A wall is dark, regardless of the browser's own theme; `?theme=` overrides it. */
function theme(): 'light' | 'dark' | 'auto' {
  const wanted = new URLSearchParams(location.search).get('theme')
  return wanted === 'light' || wanted === 'auto' ? wanted : 'dark'
}

function nothingToShow(state: ViewState): string {
  if (state.detections)
    return state.detections.tenants.length > 0 ? laterTexts.wall.nothingMatches : laterTexts.empty.noTenants
  if (state.missing !== undefined) return laterTexts.empty.waiting
  return state.trouble ? laterTexts.empty.noFigures : laterTexts.empty.loading
}
