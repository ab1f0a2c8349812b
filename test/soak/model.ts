import type { Store } from '../../lambda/state/store.ts'
import type { World } from '../../local/simulator/world.ts'
import { checkAges } from './checks/ages.ts'
import { type Breach, makeBreaches } from './checks/breach.ts'
import { checkEvents } from './checks/events.ts'
import { checkFigures } from './checks/figures.ts'
import { checkHistory } from './checks/history.ts'
import { checkRows } from './checks/rows.ts'
import { checkRunEvents } from './checks/run-events.ts'
import { checkStateSize } from './checks/state-size.ts'
import { checkStatus } from './checks/status.ts'
import { checkWindows } from './checks/windows.ts'
import { checkWords } from './checks/words.ts'
import type { Estate } from './estate.ts'
import type { Heard } from './heard.ts'
import type { RunResult } from './run-result.ts'
import { dayMs, type Spell } from './spell.ts'
import { makeTruth } from './truth.ts'

/** What the model found in the end. */
export type ModelFigures = {
  readonly breaches: readonly Breach[]
  /** New critical and high detections that were announced. */
  readonly announced: number
  readonly historyRows: number
  readonly longestAgeMs: number
}

/**
 * The independent model: it knows the true estate and what the server said, and says after each run what in the bucket
 * is not as it must be. It shares no code with the collector.
 */
export function makeModel(options: {
  estate: Estate
  heard: Heard
  world: World
  bucket: Store
  spells: readonly Spell[]
  rateLimits: string
  msPerCall: number
  muted: string
}) {
  const { heard, world, bucket, rateLimits } = options
  const breaches = makeBreaches()
  const given = { ...options, breaches, truth: makeTruth(world) }
  const ages = checkAges(given)
  const events = checkEvents(given)
  const runEvents = checkRunEvents(breaches)
  const history = checkHistory(heard, breaches)
  const figures = checkFigures({
    ...given,
    onShown(shown) {
      ages.onShown(shown)
      events.onShown(shown)
      history.onShown(shown)
    },
  })
  const checks = [
    checkRows(options.estate, heard, breaches),
    figures,
    checkStatus(breaches),
    events.check,
    runEvents.check,
    ages.check,
    checkWords(heard, breaches),
  ]
  let nextHistoryAt = 0

  return {
    async afterRun(run: RunResult): Promise<void> {
      const { how, endedAt, published } = run
      if (how === 'hung')
        breaches.report('each run ends', endedAt, `it began at ${new Date(run.startedAt).toISOString()}`)
      for (const check of checks) check(run)
      await checkStateSize(bucket, published.rows.length, endedAt, breaches)
      if (endedAt < nextHistoryAt) return
      nextHistoryAt = endedAt + dayMs
      await history.check(bucket.read, endedAt)
    },
    async end(now: number): Promise<ModelFigures> {
      events.end()
      runEvents.end(now)
      await history.check(bucket.read, now)
      checkWindows(heard, rateLimits, breaches)
      return {
        breaches: breaches.all(),
        announced: events.count(),
        historyRows: history.rows(),
        longestAgeMs: ages.longest(),
      }
    },
  }
}
