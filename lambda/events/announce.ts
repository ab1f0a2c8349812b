import type { Log } from '../log.ts'
import type { RunOutcome } from '../state/run-report.ts'
import type { Store } from '../state/store.ts'
import { type Digest, digest } from './digest.ts'
import { type Memory, nothingAnnounced, parseMemory, serializeMemory } from './memory.ts'
import type { Send } from './send.ts'
import { readEventSettings } from './settings.ts'

/**
 * Sends the events of a published run, and records them in `state/<source>/digest.json`. Keeps what it cannot send for the
 * next run. Does nothing without EVENT_BUS_NAME. Never throws: the figures are published already, and a failed announcement
 * must not fail the run.
 */
export async function announce(
  { report, tenants }: RunOutcome,
  context: {
    readonly environment: Readonly<Record<string, string | undefined>>
    /** Called only if there is an event to send: creating the client takes time. */
    readonly openBus: (busName: string) => Send
    readonly demo: boolean
    readonly installation: string
    readonly store: Store
    readonly log: Log
  },
): Promise<void> {
  const { environment, openBus, demo, installation, store, log } = context
  const key = `state/${report.source}/digest.json`
  try {
    const settings = readEventSettings(environment)
    if (!settings) return
    const found = await store.read(key)
    const remembered = found && parseMemory(found.bytes, report.startedAt)
    // Without a memory nothing counts as new, so a lost memory does not cause a flood of events.
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
    await store.write(key, {
      body: serializeMemory(memory),
      contentType: 'application/json',
      cacheControl: 'no-store',
      onlyIf: found?.etag ?? null,
    })
    if (sent.length > 0) log.info('announced', { events: sent })
    if (error) log.error('an event could not be sent; the next run tries again', { error })
  } catch (error) {
    log.error('the announcements of this run failed', { error })
  }
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
