import type { RunReport } from '../state/run-report.ts'
import type { State } from '../state/state.ts'
import { countMigrations } from '../tenants/migration.ts'
import type { Status, Tenant } from '../tenants/tenant.ts'
import { toPlainJson } from '../text/exits.ts'
import type { PublishedDataset, Row } from './published-dataset.ts'

export type TenantsByStatus = Readonly<Record<Status, number>>

export function countByStatus(given: readonly Status[]): TenantsByStatus {
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
  for (const status of given) counts[status] += 1
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
  /** The rows of each dataset, worst first; those of the first are what `tenants` and `new` are about. */
  tables: readonly Table[]
  states: readonly SourceState[]
}): string {
  const { tables, states } = options
  const [first] = tables
  const rows = first?.rows ?? []
  return toPlainJson({
    schemaVersion: 1,
    version: options.version,
    demo: options.demo,
    writtenAt: time(options.writtenAt),
    refreshIntervalMs: options.refreshIntervalMs,
    tenants: { total: rows.length, byStatus: first ? byStatusIn(first) : countByStatus([]) },
    new: newIn(rows),
    datasets: tables.map(table => ({
      name: table.dataset.name,
      file: table.dataset.file,
      // As readers get it, without the quotes of HTTP.
      etag: table.etag?.replaceAll('"', '') ?? null,
      byStatus: byStatusIn(table),
    })),
    sources: states.flatMap(({ source, problem, state }) =>
      state.report || problem
        ? { source, problem, ...(state.report && toSource(state.report, state.tenants)) }
        : [],
    ),
  })
}

/** A dataset's rows, and the ETag of the file that holds them; undefined where the file was not written. */
export type Table = {
  readonly dataset: PublishedDataset
  readonly rows: readonly Row[]
  readonly etag: string | undefined
}

/** What is known of a source, and a sentence on what of it could not be read. */
export type SourceState = {
  readonly source: string
  readonly state: State
  readonly problem: string | undefined
}

const byStatusIn = ({ dataset, rows }: Pick<Table, 'dataset' | 'rows'>): TenantsByStatus =>
  countByStatus(rows.map(dataset.status))

function newIn(rows: readonly Row[]) {
  const withNews = rows.flatMap(({ id, name, source, news }) => {
    const { critical = 0, high = 0 } = news?.bySeverity ?? {}
    return news && critical + high > 0 ? { id, name, source, critical, high, since: time(news.since) } : []
  })
  return {
    tenants: withNews.length,
    critical: withNews.reduce((sum, { critical }) => sum + critical, 0),
    high: withNews.reduce((sum, { high }) => sum + high, 0),
    // In the CSV's order: worst first.
    worst: withNews.slice(0, mostNamed),
  }
}

const toSource = (
  { source: _, calls, budget, pace, health, nextRunAt, fusion, ...run }: RunReport,
  tenants: readonly Tenant[],
) => ({
  run: { ...run, startedAt: time(run.startedAt), endedAt: time(run.endedAt) },
  calls,
  budget,
  pace: pace && { ...pace, ...(pace.pausedUntil && { pausedUntil: time(pace.pausedUntil) }) },
  health,
  nextRunAt: time(nextRunAt),
  migration: countMigrations(tenants),
  fusion,
})

const time = (ms: number): string => new Date(ms).toISOString()
