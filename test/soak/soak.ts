import { parseLimits } from '../../local/simulator/limits.ts'
import { virtualClock } from '../virtual-clock.ts'
import type { Life } from '../virtual-installation.ts'
import { virtualInstallation } from '../virtual-installation.ts'
import { chanceOf } from './chance.ts'
import { makeEstate } from './estate.ts'
import { makeHeard } from './heard.ts'
import { type ModelFigures, makeModel } from './model.ts'
import { runOnce } from './one-run.ts'
import type { Published } from './published.ts'
import { soakRoutes } from './routes.ts'
import type { RunResult, TakenEvent } from './run-result.ts'
import { makeSky } from './sky.ts'
import { dayMs, hourMs, intervalMs } from './spell.ts'
import { troubledStore } from './troubled-store.ts'
import { planWeather, type RunSpecial } from './weather.ts'

/** The budget is scarce: a round of all tenants takes 40 minutes. */
const rateLimits = '5/s 40/m 200/h 4000/d'
/** Long enough for a cool-down, and for all that was left to do. */
const tailMs = 9 * hourMs

export type SoakFigures = ModelFigures & {
  readonly runs: Readonly<Record<RunResult['how'], number>>
  readonly results: Readonly<Record<string, number>>
  readonly calls: number
  readonly spells: number
  readonly seconds: number
}

/**
 * Simulates `days` of scheduled runs from `start` (ms since the epoch) on in all weathers, and a quiet time after them. The
 * model checks after each run. The same seed gives the same days.
 */
export async function soak(options: {
  seed: number
  days: number
  start: number
  without?: readonly string[]
  /** Called after each run, with the names of the weather at its start. */
  onRun?: (run: RunResult, weather: readonly string[]) => void
}): Promise<SoakFigures> {
  const { seed, days, start, onRun } = options
  const startedAt = performance.now()
  const end = start + days * dayMs + tailMs
  const estate = makeEstate(seed, start, start + days * dayMs)
  const weather = planWeather({ ...options, ids: estate.ids })
  const sky = makeSky(weather.spells)
  const chance = chanceOf(seed + 2)
  const [muted = ''] = estate.ids
  const clock = virtualClock(start)
  const taken: TakenEvent[] = []
  const installation = virtualInstallation({
    simulator: {
      seed,
      tenants: estate.specs,
      rateLimits,
      apiHosts: 'regions',
      routes: soakRoutes(estate, sky.spellsAt),
    },
    clock,
    random: () => chance.between(0, 1),
    storeLatencyMs: 200,
    env: {
      DASHBOARD_URL: 'https://example.com',
      MUTED: JSON.stringify([{ tenant: muted, until: '9999-12-31' }]),
    },
    bus: async ({ detailType, detail }) => {
      await clock.sleep(50)
      if (sky.isBusDown(clock.now())) throw new Error('EventBridge answered 503')
      // What the bus took is text by then.
      taken.push(JSON.parse(JSON.stringify({ detailType, detail })) as TakenEvent)
    },
  })
  const { bucket, sophos } = installation
  const store = troubledStore(bucket, clock, chance, sky.storeTrouble)
  const heard = makeHeard()
  const model = makeModel({
    estate,
    heard,
    world: sophos.world,
    bucket,
    spells: weather.spells,
    rateLimits,
    msPerCall: Math.max(...parseLimits(rateLimits).map(({ limit, periodMs }) => periodMs / limit)),
    muted,
  })
  const runs = { ended: 0, refused: 0, threw: 0, killed: 0, hung: 0 }
  const results: Record<string, number> = {}
  let lives: Life[] = []
  let setBackMs = 0
  let published: Published | undefined
  sophos.onServed(served => heard.add(served, { setBackMs, isDeaf: lives.every(({ over }) => over) }))

  async function runAt(
    at: number,
    how: { tick: number; trigger: 'schedule' | 'manual'; special: RunSpecial },
  ) {
    await clock.sleep(at - clock.now())
    const life = { over: false }
    lives = [...lives.filter(({ over }) => !over), life]
    const run = await runOnce(installation, {
      ...how,
      ...{ life, store, before: published },
      takeEvents: () => taken.splice(0),
      isDisturbed: () => sky.isBusDown(clock.now()) || sky.storeTrouble(clock.now()) !== undefined,
    })
    published = run.published
    runs[run.how] += 1
    if (run.result) results[run.result] = (results[run.result] ?? 0) + 1
    onRun?.(
      run,
      sky.spellsAt(run.startedAt).map(({ name }) => name),
    )
    await model.afterRun(run)
  }

  async function live(): Promise<void> {
    void sky.raise(clock, sophos.faults)
    for (let tick = 0; start + tick * intervalMs < end; tick++) {
      const at = start + tick * intervalMs
      const special = weather.specials.get(tick) ?? {}
      const { manualAfterMs } = special
      if ((special.setBackMs ?? 0) !== setBackMs) heard.clockSet()
      setBackMs = special.setBackMs ?? 0
      const due = [runAt(at, { tick, trigger: 'schedule', special })]
      if (manualAfterMs !== undefined)
        due.push(runAt(at + manualAfterMs, { tick, trigger: 'manual', special: {} }))
      await Promise.all(due)
    }
  }
  await clock.drive(live())
  return {
    ...(await model.end(clock.now())),
    runs,
    results,
    calls: heard.calls.length,
    spells: weather.spells.length,
    seconds: (performance.now() - startedAt) / 1_000,
  }
}
