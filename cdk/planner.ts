import { planDeadlines } from '../lambda/pacing/deadlines.ts'
import { parseRateWindows } from '../lambda/pacing/windows.ts'
import { formatDuration } from '../lambda/publish/duration.ts'
import { longestWaitMs } from '../lambda/pacing/deadlines.ts'
import { runSeconds } from './run-time.ts'
import type { Settings } from './settings.ts'

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

const tenantsOnAPage = 100
/**
 * A run checks a 24th of the tenants for a move to Sophos Fusion, or more where runs are so rare that a round would take
 * longer than a day. Where calls are short, one in 25 goes there (lambda/tenants/migration.ts).
 */
const leastCheckedShare = 1 / 24
const callsPerCheckWhereShort = 25

/** What `estate` comes to: a forecast for quiet days, without retries and without other users of the budget. */
export function planFor(estate: Estate): Plan {
  const { scheduleMinutes, tenants } = estate
  const runsAnHour = 60 / scheduleMinutes
  const credentials = 1 + estate.sources.size
  const possible = callsOfARun(estate)
  // Each credential signs in, asks who it is, and lists its tenants.
  const listing = Math.max(credentials, Math.ceil(tenants / tenantsOnAPage)) + credentials
  const checkedShare = Math.min(1, Math.max(leastCheckedShare, scheduleMinutes / (24 * 60)))
  const checks = estate.fusionGuard === 'on' ? tenants * checkedShare : 0
  const whole = tenants + credentials + listing + checks
  // Where calls are short, the tenants are listed once an hour only (lambda/tenants/list-due.ts).
  const rest =
    possible -
    credentials -
    listing * Math.min(1, 1 / runsAnHour) -
    Math.min(checks, possible / callsPerCheckWhereShort)
  const needed = tenants <= rest ? Math.min(whole, possible) : whole
  const runs = needed <= possible ? 1 : rest > 0 ? tenants / rest : Number.POSITIVE_INFINITY
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
