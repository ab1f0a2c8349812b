import { cycleMs, pairsOf } from '../lambda/asking/priority.ts'
import { detections } from '../lambda/datasets/detections/detections.ts'
import { msEachCall } from '../lambda/pacing/even-share.ts'
import { parseRateWindows } from '../lambda/pacing/windows.ts'
import { readState } from '../lambda/state/stored-state.ts'
import { virtualInstallation } from './virtual-installation.ts'

const hourMs = 3_600_000
const intervalMs = 900_000

export type Ages = {
  readonly tenants: number
  readonly rateLimits: string
  readonly hours: number
  /** The greatest age of any tenant's counts at any time, and its computed bound, in hours. */
  readonly oldestHours: number
  readonly boundHours: number
  /** The same for the tenth of the tenants with the most detections. */
  readonly oldestBusyHours: number
}

/**
 * Simulates `hours` of scheduled runs. Returns the greatest age of a tenant's counts between two of its answers, after
 * all tenants answered once. The bound follows from `priority.ts`: two cycles, then all others once, and one interval for
 * the schedule, with the number of calls that a run can make.
 */
export async function measureAges(tenants: number, rateLimits: string, hours: number): Promise<Ages> {
  const specs = Array.from({ length: tenants }, () => ({ access: 'ok' as const }))
  const installation = virtualInstallation({ simulator: { tenants: specs, rateLimits } })
  const { clock, bucket } = installation
  const end = clock.now() + hours * hourMs
  const ages = { all: 0, busy: 0 }
  let bound = 0
  let before = new Map<string, { triedAt: number | undefined; busy: boolean }>()

  for (let tick = clock.now(); tick < end; tick += intervalMs) {
    await installation.pass(tick - clock.now())
    await installation.run()
    const { state } = await readState(bucket, 'default', Number.POSITIVE_INFINITY)
    const windows = parseRateWindows(rateLimits)
    const cycle = cycleMs(pairsOf(state.tenants, [detections], installation.settings), windows, intervalMs)
    const allOnce = tenants * msEachCall(windows, intervalMs)
    bound = Math.max(bound, (2 * cycle + allOnce) * overhead + intervalMs)
    for (const { id, triedAt } of state.tenants) {
      const last = before.get(id)
      if (last?.triedAt === undefined) continue
      const age = (triedAt === last.triedAt ? clock.now() : (triedAt ?? 0)) - last.triedAt
      ages.all = Math.max(ages.all, age)
      if (last.busy) ages.busy = Math.max(ages.busy, age)
    }
    const weights = state.tenants.map(tenant => detections.weight(tenant) ?? 0).sort((a, b) => b - a)
    const ofBusy = weights[Math.floor(tenants / 10)] ?? 0
    before = new Map(
      state.tenants.map(tenant => [
        tenant.id,
        { triedAt: tenant.triedAt, busy: (detections.weight(tenant) ?? 0) > ofBusy },
      ]),
    )
  }
  return {
    tenants,
    rateLimits,
    hours,
    oldestHours: ages.all / hourMs,
    boundHours: bound / hourMs,
    oldestBusyHours: ages.busy / hourMs,
  }
}

/** A run makes calls for 13.7 of 15 minutes. Some are for tokens and lists, and one in 25 is a probe. */
const overhead = (15 / 13.5) * (25 / 24)
