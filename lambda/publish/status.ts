import type { RateWindow } from '../pacing/windows.ts'
import type { Settings } from '../settings.ts'
import type { CallTally } from '../sophos/client.ts'
import { type Status, statuses, type Tenant } from '../tenant.ts'

/** `complete`: every tenant was tried. `partial`: budget or time ended first. `failed`: no token, no list, or no answer at all. */
export type RunResult = 'complete' | 'partial' | 'failed'

/** How a run went. Times are milliseconds since the epoch, `message` is a plain sentence for people. */
export type RunReport = {
  readonly source: string
  readonly startedAt: number
  readonly endedAt: number
  readonly trigger: 'schedule' | 'manual'
  readonly result: RunResult
  readonly message: string
  readonly calls: Readonly<CallTally>
  readonly budget: readonly { readonly window: RateWindow; readonly left: number }[]
  readonly nextRunAt: number
}

export type TenantsByStatus = Readonly<Record<Status, number>>

export function countByStatus(tenants: readonly Tenant[]): TenantsByStatus {
  const counts = Object.fromEntries(statuses.map(status => [status, 0])) as Record<Status, number>
  for (const { status } of tenants) counts[status] += 1
  return counts
}

/** status.json: everything that a page needs to say how true it is. */
export function toStatus(options: {
  version: string
  settings: Pick<Settings, 'demo' | 'refreshIntervalMs'>
  writtenAt: number
  tenants: readonly Tenant[]
  report: RunReport
}): string {
  const { report, tenants, settings } = options
  const time = (ms: number) => new Date(ms).toISOString()
  return JSON.stringify({
    schemaVersion: 1,
    version: options.version,
    demo: settings.demo,
    writtenAt: time(options.writtenAt),
    refreshIntervalMs: settings.refreshIntervalMs,
    tenants: { total: tenants.length, byStatus: countByStatus(tenants) },
    sources: [
      {
        source: report.source,
        run: {
          startedAt: time(report.startedAt),
          endedAt: time(report.endedAt),
          trigger: report.trigger,
          result: report.result,
          message: report.message,
        },
        calls: report.calls,
        budget: report.budget.map(({ window, left }) => ({
          window: window.text,
          limit: window.limit,
          periodMs: window.periodMs,
          left,
        })),
        nextRunAt: time(report.nextRunAt),
      },
    ],
  })
}
