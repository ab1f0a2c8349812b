import type { Log } from '../log.ts'
import type { Environment } from '../settings/variable.ts'
import type { RunOutcome } from '../state/run-report.ts'
import type { Store } from '../state/store.ts'
import { type Digest, digest } from './digest.ts'
import { type Memory, memoryKey, nothingAnnounced, parseMemory, serializeMemory } from './memory.ts'
import type { Send } from './send.ts'
import { readEventSettings } from './settings.ts'
import { nothingTold, type Told } from './told.ts'

/**
 * Sends the events of a published run, and records them in `state/<source>/digest.json`. Returns what was told of the
 * tenants' news; the state keeps the rest for the next run. Does nothing without EVENT_BUS_NAME. Never throws: the figures
 * are published already, and a failed announcement must not fail the run.
 */
export async function announce(
  { report, tenants }: RunOutcome,
  context: {
    readonly environment: Environment
    /** Called only if there is an event to send: creating the client takes time. */
    readonly openBus: (busName: string) => Send
    readonly demo: boolean
    readonly installation: string
    readonly store: Store
    readonly log: Log
  },
): Promise<Told> {
  const { environment, openBus, demo, installation, store, log } = context
  const key = memoryKey(report.source)
  let told = nothingTold
  try {
    const settings = readEventSettings(environment)
    if (!settings) return nothingTold
    const found = await store.read(key)
    const remembered = found && parseMemory(found.bytes, report.startedAt)
    // What is new is in the state, so without the record nothing old is announced: only cool-downs are forgotten.
    if (found && !remembered)
      log.warn('the record of announcements cannot be read; starting a new one', { key })
    const { start, steps } = digest({
      memory: remembered ?? nothingAnnounced,
      report,
      tenants,
      cooldownMs: settings.cooldownMs,
      isMuted: settings.mutedAt(report.endedAt),
      demo,
      installation,
      dashboard: settings.dashboard,
    })
    const { memory, sent, error } = await sendInTurn(start, steps, () => openBus(settings.busName))
    // Whether or not it can be recorded, what was sent was told.
    told = new Map(memory.told.map(({ id, ...news }) => [id, news]))
    if (sent.length > 0) log.info('announced', { events: sent })
    if (error) log.error('an event could not be sent; the next run tries again', { error })
    await store.write(key, {
      body: serializeMemory(memory),
      contentType: 'application/json',
      cacheControl: 'no-store',
      onlyIf: found?.etag ?? null,
    })
  } catch (error) {
    log.error('the announcements of this run failed', { error })
  }
  return told
}

/** Sends one event after the other and stops at the first that fails. Most runs have none. */
async function sendInTurn(start: Memory, steps: Digest['steps'], open: () => Send) {
  const sent: string[] = []
  let memory = start
  let send: Send | undefined
  for (const step of steps) {
    try {
      send ??= open()
      await send(step.event)
    } catch (error) {
      return { memory, sent, error }
    }
    memory = step.memory
    sent.push(step.event.detailType)
  }
  return { memory, sent, error: undefined }
}
