import { announce } from '../../lambda/events/announce.ts'
import type { Store } from '../../lambda/state/store.ts'
import type { Life, virtualInstallation } from '../virtual-installation.ts'
import { type Published, readPublished } from './published.ts'
import type { RunResult, TakenEvent } from './run-result.ts'
import { minuteMs } from './spell.ts'
import type { RunSpecial } from './weather.ts'

/** Lambda ends an invocation after so long. */
const timeoutMs = 15 * minuteMs

type Installation = ReturnType<typeof virtualInstallation>

/** Runs the collector and announces, as the handler does, and returns how that came to its end. */
export async function runOnce(
  installation: Installation,
  how: {
    tick: number
    trigger: 'schedule' | 'manual'
    life: Life
    store: Store
    special: RunSpecial
    environment: Readonly<Record<string, string>>
    isBusDown: () => boolean
    isStoreInTrouble: () => boolean
    /** What lay in the bucket after the run before. */
    before: Published | undefined
  },
): Promise<RunResult> {
  const { clock, bucket, facts } = installation
  const { tick, trigger, life, store, special } = how
  const { setBackMs = 0, killAfterMs = Number.POSITIVE_INFINITY } = special
  const startedAt = clock.now()
  const factsBefore = facts.length
  const events: TakenEvent[] = []
  let isAnnounced = false

  async function act(): Promise<Pick<RunResult, 'how' | 'message' | 'result'>> {
    try {
      const outcome = await installation.start({ trigger, life, store, setBackMs })
      if (!('report' in outcome)) return { how: 'refused', message: '', result: undefined }
      await announce(outcome, {
        environment: how.environment,
        openBus: () =>
          whileAlive(life, async ({ detailType, detail }) => {
            await clock.sleep(50)
            if (how.isBusDown()) throw new Error('EventBridge answered 503')
            // What the bus took is text by then.
            events.push(JSON.parse(JSON.stringify({ detailType, detail })) as TakenEvent)
          }),
        demo: false,
        store: {
          read: whileAlive(life, store.read),
          etag: whileAlive(life, store.etag),
          write: whileAlive(life, store.write),
          list: whileAlive(life, store.list),
        },
        log: installation.log,
      })
      isAnnounced = true
      const { message, result } = outcome.report
      return { how: 'ended', message, result }
    } catch (error) {
      return {
        how: 'threw',
        message: error instanceof Error ? error.message : String(error),
        result: undefined,
      }
    }
  }
  const endsAfterMs = Math.min(killAfterMs, timeoutMs)
  const isOver = clock.sleep(endsAfterMs).then((): Pick<RunResult, 'how' | 'message' | 'result'> => {
    const isKilled = endsAfterMs < timeoutMs
    return { how: isKilled ? 'killed' : 'hung', message: '', result: undefined }
  })
  const end = await Promise.race([act(), isOver])
  life.over = true
  return {
    ...end,
    ...{ tick, trigger, startedAt, setBackMs, isAnnounced, events },
    endedAt: clock.now(),
    isDisturbed: how.isBusDown() || how.isStoreInTrouble(),
    log: facts.slice(factsBefore),
    published: readPublished(bucket.text, how.before),
  }
}

/** The same until the process ends; from then on it never answers. */
const whileAlive =
  <A extends unknown[], T>(life: Life, act: (...args: A) => Promise<T>) =>
  async (...args: A): Promise<T> => {
    const dead = new Promise<never>(() => undefined)
    if (life.over) return dead
    const result = await act(...args)
    return life.over ? dead : result
  }
