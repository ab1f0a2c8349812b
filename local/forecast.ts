import { type Estate, planFor, thousands } from '../cdk/planning/planner.ts'
import { parseRateWindows } from '../lambda/pacing/windows.ts'
import { formatDuration } from '../lambda/publish/duration.ts'
import { callsToList } from '../lambda/sophos/tenants.ts'

/** Limits for the simulation with which even its largest number of tenants gets figures. */
export const generous = '20/s 1000/m'

/**
 * Says how long a simulation of this size takes to ask all tenants, and when the first figures come. Returns undefined if
 * every run asks all of them.
 */
export function forecast(estate: Estate): string | undefined {
  const { callsPossible, refreshMinutes } = planFor(estate)
  if (refreshMinutes === estate.scheduleMinutes) return undefined
  const tenants = `${thousands(estate.tenants)} tenants`
  const limit = `At ${thousands(callsPossible)} calls an hour`
  if (!Number.isFinite(refreshMinutes)) {
    return `${limit}, not even the list of ${tenants} can be read, so no figures will come. Simulate fewer with --tenants, or set SOPHOS_RATE_LIMITS to more, such as ${generous}.`
  }
  const first = listMs(estate)
  const start = first < 60_000 ? 'within a minute' : `after about ${formatDuration(first)}`
  return `${limit}, it takes about ${formatTime(refreshMinutes)} to ask all ${tenants}. The first figures come ${start}.`
}

/** How long the rate limits hold up a token and the list. */
function listMs({ tenants, rateLimits }: Estate): number {
  const calls = 1 + callsToList(tenants)
  return Math.max(
    ...parseRateWindows(rateLimits).map(({ limit, periodMs }) => Math.floor((calls - 1) / limit) * periodMs),
  )
}

/** Rounds up: a forecast must not promise too much. */
function formatTime(minutes: number): string {
  const hours = Math.ceil(minutes / 60)
  return hours > 48 ? `${Math.ceil(hours / 24)} days` : formatDuration(Math.ceil(minutes) * 60_000)
}
