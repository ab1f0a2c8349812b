import { datasets } from '../../lambda/datasets/list.ts'
import { callsPerProbe } from '../../lambda/fusion/guard/probes-due.ts'
import { longestWaitMs, planDeadlines } from '../../lambda/pacing/deadlines.ts'
import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { formatDuration } from '../../lambda/publish/duration.ts'
import { callsNeeded } from '../../lambda/run/calls-needed.ts'
import { longestListAgeMs } from '../../lambda/tenants/tenant-list.ts'
import { runSeconds } from '../collector/run-time.ts'
import type { Settings } from '../settings.ts'

/** What the planner computes with. */
export type Estate = Pick<Settings, 'scheduleMinutes' | 'rateLimits' | 'sources' | 'fusionGuard'> & {
  readonly tenants: number
}

/** What a schedule comes to. All calls are those of every credential together. */
export type Plan = {
  /** Calls an hour that would refresh every tenant with every run. */
  readonly callsNeeded: number
  /** Calls an hour that the rate limits and the time of the runs leave room for. */
  readonly callsPossible: number
  /** How often each tenant is refreshed, on the average: the schedule where the calls suffice. */
  readonly refreshMinutes: number
}

/** What `estate` comes to: a forecast for quiet days, without retries and without other users of the budget. */
export function planFor(estate: Estate): Plan {
  const { scheduleMinutes, tenants } = estate
  const runsAnHour = 60 / scheduleMinutes
  const refreshIntervalMs = scheduleMinutes * 60_000
  const credentials = 1 + estate.sources.size
  const possible = callsOfARun(estate)
  const guard = estate.fusionGuard === 'on'
  const each = callsNeeded({ tenants: tenants / credentials, refreshIntervalMs, guard, datasets })
  const { signIn, list, probes, questions, periodic } = each
  const whole = credentials * (signIn + list + probes + questions + periodic)
  // Where calls are short, the tenants are listed once an hour only, and few calls are probes.
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

/** How many calls all credentials together can make from one start to the next, on the average. */
function callsOfARun({ scheduleMinutes, rateLimits }: Estate): number {
  const scheduleMs = scheduleMinutes * 60_000
  const { lastCallAt: askingMs } = planDeadlines(0, runSeconds(scheduleMinutes) * 1_000)
  return Math.min(
    ...parseRateWindows(rateLimits).map(({ limit, periodMs }) =>
      // A run waits for a window that is over soon; for a longer one the next run has to come.
      periodMs <= longestWaitMs
        ? limit * (1 + Math.floor(askingMs / periodMs))
        : limit * Math.min(1, scheduleMs / periodMs),
    ),
  )
}

/** The most tenants that every run can refresh; 0 where there is not even room for one. */
export function mostTenants(estate: Omit<Estate, 'tenants'>): number {
  const fits = (tenants: number) => planFor({ ...estate, tenants }).refreshMinutes === estate.scheduleMinutes
  let most = 0
  let step = 2 ** 20
  while (step >= 1) {
    if (fits(most + step)) most += step
    step /= 2
  }
  return most
}

/** The plan for people, in a sentence or two. */
export function sayPlan(settings: Settings): string {
  const { tenants, scheduleMinutes } = settings
  const every = `every ${sayMinutes(scheduleMinutes)}`
  if (tenants === undefined) {
    const most = thousands(mostTenants(settings))
    return `Up to ${most} tenants are refreshed ${every}; more of them less often. With the setting "tenants" this line says how often.`
  }
  const estate = { ...settings, tenants }
  const plan = planFor(estate)
  const needed = `${thousands(tenants)} tenants ${every} need ${thousands(plan.callsNeeded)} calls an hour`
  const possible = thousands(plan.callsPossible)
  if (plan.refreshMinutes === scheduleMinutes) return `${needed}, and ${possible} can be made.`

  const isRecommended = Math.round(plan.callsPossible) === 1_000
  const room = `${possible} are ${isRecommended ? 'recommended' : 'possible with these settings'}`
  const result = Number.isFinite(plan.refreshMinutes)
    ? `each tenant will be refreshed every ${sayMinutes(plan.refreshMinutes)}`
    : 'that is not enough to list the tenants and ask about any of them'
  return `${needed}; ${room}: ${result}.${adviceFor(estate, plan)}`
}

/** A run spends no more than one hour's window, however long the next one is off. */
function adviceFor(estate: Estate, { refreshMinutes }: Plan): string {
  const better = [60, 15]
    .map(scheduleMinutes => ({
      scheduleMinutes,
      minutes: planFor({ ...estate, scheduleMinutes }).refreshMinutes,
    }))
    .find(({ minutes }) => minutes < refreshMinutes * 0.8)
  if (!better) return ''
  return ` A run cannot spend more; with a schedule of ${better.scheduleMinutes}m it would be every ${sayMinutes(better.minutes)}.`
}

/** Rounded against us: a forecast must not promise what is just missed. */
const sayMinutes = (minutes: number): string => formatDuration(Math.ceil(minutes) * 60_000)

const thousands = (count: number): string => Math.floor(count).toLocaleString('en')
