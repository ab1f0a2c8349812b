import { useCallback, useContext, useEffect, useMemo, useRef } from 'preact/hooks'
import { isAged } from '../data/freshness.ts'
import { needsAttention, type Tenant } from '../data/tenant.ts'
import type { Totals } from '../data/totals.ts'
import { formats } from '../text/locale.ts'
import { texts } from '../text/texts.ts'
import { arrange } from '../triage/arrange.ts'
import { needsId } from '../triage/same-name.ts'
import { groupsOf, type Mute, type SiteSettings } from '../triage/settings.ts'
import { isFiltered, type View, writeView } from '../triage/view.ts'
import { later } from './later.tsx'
import { isTyping } from './page-nav.tsx'
import { singleKeysAreOn } from './single-keys.ts'
import { Summary } from './summary.tsx'
import { TenantTable } from './table/tenant-table.tsx'
import { useHeldOrder } from './table/use-held-order.ts'
import { TickerContext } from './ticking.ts'
import { useUnseen } from './use-unseen.ts'

const Moved = later(async () => (await import('./moved.tsx')).Moved)
const Toolbar = later(async () => (await import('./toolbar/toolbar.tsx')).Toolbar)
const Groups = later(async () => (await import('./groups/groups.tsx')).Groups)
const RowDetails = later(async () => (await import('./details/row-details.tsx')).RowDetails)

type DeskProps = {
  /** The text that the tenants were read from. */
  file: string
  tenants: readonly Tenant[]
  totals: Totals
  settings: SiteSettings
  muteOf: (tenant: Tenant) => Mute | undefined
  newest: number | undefined
  intervalMs: number
  view: View
  onView: (change: Partial<View>) => void
}

/** The totals, and the table to work with. */
export function Desk({
  file,
  tenants,
  totals,
  settings,
  muteOf,
  newest,
  intervalMs,
  view,
  onView,
}: DeskProps) {
  const { now } = useContext(TickerContext)
  const section = useRef<HTMLElement>(null)
  const { unseenOf, markAllSeen } = useUnseen(tenants, now)
  const isMuted = useCallback((tenant: Tenant) => muteOf(tenant) !== undefined, [muteOf])
  const groups = useCallback((tenant: Tenant) => groupsOf(settings, tenant), [settings])

  // The address also names the open row, which changes neither the tenants shown nor their order.
  const query = writeView({ ...view, tenant: undefined })
  const arranged = useMemo(
    () => arrange(tenants, view, { groupsOf: groups, isMuted, unseenOf, locale: formats.locale }),
    [tenants, query, groups, isMuted, unseenOf],
  )
  const order = useHeldOrder(section, arranged.tenants, query)
  const charted = useMemo(
    () => arranged.tenants.filter(tenant => !isMuted(tenant)),
    [arranged.tenants, isMuted],
  )
  const troubles = useMemo(() => countTroubles(tenants, isMuted), [tenants, isMuted])
  const unseenTenants = useMemo(
    () => tenants.filter(tenant => (unseenOf(tenant)?.total ?? 0) > 0).length,
    [tenants, unseenOf],
  )
  const detailed = useMemo(() => tenants.some(isDetailed), [tenants])
  const namesakes = useMemo(() => needsId(tenants), [tenants])
  const opened = order.tenants.find(tenant => tenant.key === view.tenant)

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event.target) || !singleKeysAreOn()) return
      event.preventDefault()
      section.current?.querySelector<HTMLInputElement>('input.search')?.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  const download = async () => {
    const { saveShown } = await import('./save-shown.ts')
    saveShown(file, order.tenants, now())
  }

  return (
    <>
      <Summary
        totals={totals}
        troubles={troubles}
        charted={charted}
        detailed={detailed}
        view={view}
        onView={onView}
      />
      {totals.moved > 0 && <Moved tenants={tenants} onView={onView} />}
      {settings.groups.length > 0 && (
        <Groups tenants={tenants} settings={settings} isMuted={isMuted} view={view} onView={onView} />
      )}
      <section aria-labelledby="tenants-heading" ref={section}>
        <h2 id="tenants-heading" class="only-heard">
          {texts.summary.tenants}
        </h2>
        <div class="tools">
          <Toolbar
            view={view}
            onView={onView}
            tenants={tenants}
            groupsOf={groups}
            shown={order.tenants.length}
            unknown={arranged.unknown}
            unseen={unseenTenants}
            onAllSeen={markAllSeen}
            onDownload={() => void download()}
            held={order.held}
            onSortAgain={order.sortAgain}
          />
        </div>
        <TenantTable
          tenants={order.tenants}
          factsOf={tenant => ({
            aged: newest !== undefined && isAged(tenant.collectedAt, newest, intervalMs),
            unseen: unseenOf(tenant)?.total,
            muted: isMuted(tenant),
            namesake: namesakes(tenant),
          })}
          detailed={detailed}
          sort={view.sort}
          onSort={sort => onView({ sort })}
          opened={opened?.key}
          details={
            opened && (
              <RowDetails
                tenant={opened}
                groups={groups(opened)}
                mute={muteOf(opened)}
                link={settings.tenantLink?.(opened)}
                unseen={unseenOf(opened)}
              />
            )
          }
          onOpen={tenant => onView({ tenant })}
        />
        {order.tenants.length === 0 && isFiltered(view) && (
          <p class="nothing-matches">{texts.table.noMatch}</p>
        )}
      </section>
    </>
  )
}

function isDetailed({ status, hourly, reason, news }: Tenant): boolean {
  return status !== undefined || hourly !== undefined || reason !== '' || news !== undefined
}

/** Returns the number of tenants in trouble per status, most first. */
function countTroubles(
  tenants: readonly Tenant[],
  isMuted: (tenant: Tenant) => boolean,
): Map<string, number> {
  const counts = new Map<string, number>()
  for (const tenant of tenants) {
    const { status } = tenant
    if (status !== undefined && needsAttention(tenant) && !isMuted(tenant))
      counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return new Map([...counts].sort(([, a], [, b]) => b - a))
}
