import { datasets } from '../../lambda/datasets/list.ts'
import { callsPerProbe } from '../../lambda/fusion/guard/probes-due.ts'
import { callsEachRun } from '../../lambda/pacing/even-share.ts'
import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { formatDuration } from '../../lambda/publish/duration.ts'
import { callsNeeded } from '../../lambda/run/calls-needed.ts'
import { longestListAgeMs } from '../../lambda/tenants/tenant-list.ts'
import type { Settings } from '../settings.ts'

/** The input of the planner. */
export type Estate = Pick<Settings, 'scheduleMinutes' | 'rateLimits' | 'sources' | 'fusionGuard'> & {
  readonly tenants: number
}

/** A forecast. Its calls are the sum over all credentials. */
export type Plan = {
  /** Calls per hour needed to refresh every tenant in every run. */
  readonly callsNeeded: number
  /** Calls per hour possible within the rate limits and the time limit of the runs. */
  readonly callsPossible: number
  /** How often each tenant is refreshed on average. Equals the schedule if the calls are enough. */
  readonly refreshMinutes: number
}

/** Returns the forecast for `estate`. It assumes no retries and no other tools that use the same rate limits. */
export function planFor(estate: Estate): Plan {
  const { scheduleMinutes, tenants } = estate
  const runsAnHour = 60 / scheduleMinutes
  const refreshIntervalMs = scheduleMinutes * 60_000
  const credentials = 1 + estate.sources.size
  const possible = callsPerRun(estate)
  const guard = estate.fusionGuard === 'on'
  const each = callsNeeded({ tenants: tenants / credentials, refreshIntervalMs, guard, datasets })
  const { signIn, list, probes, questions, periodic } = each
  const whole = credentials * (signIn + list + probes + questions + periodic)
  // If calls are scarce, runs list the tenants only once an hour and make few probes.
  const lists = credentials * list * Math.min(1, refreshIntervalMs / longestListAgeMs)
  const checks = Math.min(credentials * probes, possible / callsPerProbe)
  const rest = possible - credentials * (signIn + periodic) - lists - checks
  const needed = credentials * questions <= rest ? Math.min(whole, possible) : whole
  const runs = needed <= possible ? 1 : rest > 0 ? (credentials * questions) / rest : Number.POSITIVE_INFINITY
  return {
    callsNeeded: needed * runsAnHour,
    callsPossible: possible * runsAnHour,
    refreshMinutes: runs * scheduleMinutes,
  }
}

/** Returns how many calls all credentials together can make from one start to the next, on average. */
const callsPerRun = ({ scheduleMinutes, rateLimits }: Estate): number =>
  Math.min(...parseRateWindows(rateLimits).map(window => callsEachRun(window, scheduleMinutes * 60_000)))

/** Returns how many tenants every run can refresh, at most; 0 if not even one. */
export function maxTenants(estate: Omit<Estate, 'tenants'>): number {
  const fits = (tenants: number) => planFor({ ...estate, tenants }).refreshMinutes === estate.scheduleMinutes
  let most = 0
  let step = 2 ** 20
  while (step >= 1) {
    if (fits(most + step)) most += step
    step /= 2
  }
  return most
}

/** Describes the plan in one to four sentences. */
export function formatPlan(settings: Settings): string {
  const { tenants, scheduleMinutes } = settings
  const every = `every ${formatMinutes(scheduleMinutes)}`
  if (tenants === undefined) {
    const most = thousands(maxTenants(settings))
    return `Up to ${most} tenants can be refreshed ${every}. With more tenants, each is refreshed less often: set "tenants" to see how often.`
  }
  const estate = { ...settings, tenants }
  const plan = planFor(estate)
  const needed = `${thousands(tenants)} tenants ${every} need ${thousands(plan.callsNeeded)} calls an hour`
  const possible = thousands(plan.callsPossible)
  if (plan.refreshMinutes === scheduleMinutes) return `${needed}. The limit is ${possible}.`

  const isRecommended = Math.round(plan.callsPossible) === 1_000
  const limit = `${isRecommended ? 'the recommended limit' : 'the limit with these settings'} is ${possible}`
  const result = Number.isFinite(plan.refreshMinutes)
    ? `Each tenant will be refreshed every ${formatMinutes(plan.refreshMinutes)}.`
    : 'That is not enough to list the tenants and query any of them.'
  return `${needed}, but ${limit}. ${result}${adviceFor(estate, plan)}`
}

/** Suggests a shorter schedule if it helps: a run cannot make more calls because the next one is hours away. */
function adviceFor(estate: Estate, { refreshMinutes }: Plan): string {
  const better = [60, 15]
    .map(scheduleMinutes => ({
      scheduleMinutes,
      minutes: planFor({ ...estate, scheduleMinutes }).refreshMinutes,
    }))
    .find(({ minutes }) => minutes < refreshMinutes * 0.8)
  if (!better) return ''
  return ` One run cannot make more calls: with schedule=${better.scheduleMinutes}m it would be every ${formatMinutes(better.minutes)}.`
}

/** Rounds up: a forecast must not promise too much. */
const formatMinutes = (minutes: number): string => formatDuration(Math.ceil(minutes) * 60_000)

/** A whole number as people read it, such as 2,500. Rounds down. */
export const thousands = (count: number): string => Math.floor(count).toLocaleString('en')
