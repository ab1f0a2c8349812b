import { countByStatus } from '../publish/status.ts'
import { hourMs } from '../sophos/detections.ts'
import type { RunOutcome, RunReport } from '../state/run-report.ts'

/**
 * What the log says of a run at its end. The account's dashboard reads it there (cdk/watching/monitoring.ts): a metric of
 * each would cost more than all the rest.
 */
export function summaryOf({ report, tenants }: RunOutcome) {
  const { source, result, calls, budget, pace, health } = report
  return {
    source,
    result,
    calls,
    tenants: countByStatus(tenants.map(({ status }) => status)),
    budgetUsed: usedPercent(budget),
    pace,
    health,
  }
}

/** The used part of each window in percent, as `per_h`. Shorter windows are full again before a reader looks. */
function usedPercent(budget: RunReport['budget']): Record<string, number> {
  const long = budget.filter(({ periodMs }) => periodMs >= hourMs)
  return Object.fromEntries(
    long.map(({ window, limit, left }) => [nameOf(window), Math.round(100 * (1 - left / limit))]),
  )
}

/** The name of a window in the log, without characters that a query has to quote: `per_h` for 1000/h. */
export const nameOf = (window: string): string => window.replace(/^\d+\//, 'per_')
