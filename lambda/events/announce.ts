import type { Log } from '../log.ts'
import type { RunOutcome } from '../state/run-report.ts'
import type { Store } from '../state/store.ts'
import { type Digest, digest } from './digest.ts'
import { type Memory, nothingAnnounced, parseMemory, serializeMemory } from './memory.ts'
import type { Send } from './send.ts'
import { readEventSettings } from './settings.ts'

/**
 * Announces what a run that is published brought, and remembers what was announced, in `state/<source>/digest.json`. What
 * cannot be sent is kept for the next run. Without EVENT_BUS_NAME in the environment nothing is announced. Never throws: the
 * figures are published, and an announcement is no reason to fail the run.
 */
export async function announce(
  { report, tenants }: RunOutcome,
  context: {
    readonly environment: Readonly<Record<string, string | undefined>>
    /** Called only where there is something to announce: the client of the bus takes time to make. */
    readonly openBus: (busName: string) => Send
    readonly demo: boolean
    readonly store: Store
    readonly log: Log
  },
): Promise<void> {
  const { environment, openBus, demo, store, log } = context
  const key = `state/${report.source}/digest.json`
  try {
    const settings = readEventSettings(environment)
    if (!settings) return
    const found = await store.read(key)
    const remembered = found && parseMemory(found.bytes)
    // Without it nothing counts as new, so that a memory that was lost lets no flood loose.
    if (found && !remembered) log.warn('what was announced before cannot be read; starting anew', { key })
    const { start, steps } = digest({
      memory: remembered ?? nothingAnnounced,
      report,
      tenants,
      cooldownMs: settings.cooldownMs,
      isMuted: settings.mutedAt(report.endedAt),
      demo,
      dashboard: settings.dashboard,
    })
    const { memory, sent, error } = await sendInTurn(start, steps, () => openBus(settings.busName))
    await store.write(key, {
      body: serializeMemory(memory),
      contentType: 'application/json',
      cacheControl: 'no-store',
      onlyIf: found?.etag ?? null,
    })
    if (sent.length > 0) log.info('announced', { events: sent })
    if (error) log.error('an event could not be sent; the next run tries again', { error })
  } catch (error) {
    log.error('what is new could not be announced', { error })
  }
}

/** Sends one event after the other, up to the first that fails. Most runs have none. */
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
