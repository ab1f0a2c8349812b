import type { Store } from '../../lambda/state/store.ts'
import type { virtualInstallation } from '../virtual-installation.ts'
import { type Published, readPublished } from './published.ts'
import type { RunResult, TakenEvent } from './run-result.ts'
import { minuteMs } from './spell.ts'
import type { RunSpecial } from './weather.ts'

/** Lambda ends an invocation after so long. */
const timeoutMs = 15 * minuteMs

/** Runs the collector once, and returns how that came to its end. */
export async function runOnce(
  { clock, bucket, facts, start }: ReturnType<typeof virtualInstallation>,
  how: {
    tick: number
    trigger: 'schedule' | 'manual'
    life: { over: boolean }
    store: Store
    special: RunSpecial
    /** The events that the bus took since they were last taken out here. */
    takeEvents: () => TakenEvent[]
    /** Whether bus or bucket are in trouble. */
    isDisturbed: () => boolean
    /** What lay in the bucket after the run before. */
    before: Published | undefined
  },
): Promise<RunResult> {
  const { tick, trigger, life, store, special } = how
  const { setBackMs = 0, killAfterMs = Number.POSITIVE_INFINITY } = special
  const startedAt = clock.now()
  const factsBefore = facts.length

  type End = Pick<RunResult, 'how' | 'message' | 'result'>
  async function act(): Promise<End> {
    try {
      const outcome = await start({ trigger, life, store, setBackMs })
      if (!('report' in outcome)) return { how: 'refused', message: '', result: undefined }
      const { message, result } = outcome.report
      return { how: 'ended', message, result }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return { how: 'threw', message, result: undefined }
    }
  }
  const endsAfterMs = Math.min(killAfterMs, timeoutMs)
  const isOver = clock
    .sleep(endsAfterMs)
    .then((): End => ({ how: endsAfterMs < timeoutMs ? 'killed' : 'hung', message: '', result: undefined }))
  const end = await Promise.race([act(), isOver])
  life.over = true
  return {
    ...end,
    ...{ tick, trigger, startedAt, setBackMs },
    endedAt: clock.now(),
    // Another run sends the events while this one is refused.
    events: end.how === 'refused' ? [] : how.takeEvents(),
    isDisturbed: how.isDisturbed(),
    log: facts.slice(factsBefore),
    published: readPublished(bucket.text, how.before),
  }
}
