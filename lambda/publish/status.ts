import type { RunReport } from '../state/run-report.ts'
import type { State } from '../state/state.ts'
import { countMigrations } from '../tenants/migration.ts'
import type { Status, Tenant } from '../tenants/tenant.ts'
import type { Row } from './rows.ts'

export type TenantsByStatus = Readonly<Record<Status, number>>

export function countByStatus(tenants: readonly { readonly status: Status }[]): TenantsByStatus {
  const counts = {
    ok: 0,
    pending: 0,
    inactive: 0,
    forbidden: 0,
    not_found: 0,
    moved: 0,
    throttled: 0,
    failed: 0,
  }
  for (const { status } of tenants) counts[status] += 1
  return counts
}

/** At most so many tenants are named as having new detections: enough for an alert, and status.json stays small. */
const mostNamed = 200

/** status.json: everything that a page needs to say how true the figures are, and what is new. */
export function toStatus(options: {
  version: string
  demo: boolean
  refreshIntervalMs: number
  writtenAt: number
  rows: readonly Row[]
  /** Of every source its tenants, and how its last run went. */
  states: readonly Pick<State, 'tenants' | 'report'>[]
}): string {
  const { rows, states } = options
  const withNews = rows.filter(({ news }) => news && news.bySeverity.critical + news.bySeverity.high > 0)
  return JSON.stringify({
    schemaVersion: 1,
    version: options.version,
    demo: options.demo,
    writtenAt: time(options.writtenAt),
    refreshIntervalMs: options.refreshIntervalMs,
    tenants: { total: rows.length, byStatus: countByStatus(rows) },
    new: {
      tenants: withNews.length,
      critical: sum(withNews, row => row.news?.bySeverity.critical),
      high: sum(withNews, row => row.news?.bySeverity.high),
      // In the CSV's order: worst first.
      worst: withNews.slice(0, mostNamed).flatMap(({ id, name, source, news }) =>
        news
          ? {
              id,
              name,
              source,
              critical: news.bySeverity.critical,
              high: news.bySeverity.high,
              since: time(news.since),
            }
          : [],
      ),
    },
    sources: states.flatMap(({ report, tenants }) => (report ? toSource(report, tenants) : [])),
  })
}

const toSource = (
  { source, calls, budget, nextRunAt, fusion, ...run }: RunReport,
  tenants: readonly Tenant[],
) => ({
  source,
  run: { ...run, startedAt: time(run.startedAt), endedAt: time(run.endedAt) },
  calls,
  budget,
  nextRunAt: time(nextRunAt),
  migration: countMigrations(tenants),
  fusion,
})

const time = (ms: number): string => new Date(ms).toISOString()

const sum = (rows: readonly Row[], value: (row: Row) => number | undefined): number =>
  rows.reduce((total, row) => total + (value(row) ?? 0), 0)
