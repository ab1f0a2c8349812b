import type { ComponentType } from 'preact'
import type { Tenant } from '../data/tenant.ts'
import { AttentionSettings, type SignalControls } from './attention-settings.tsx'
import { readMemory, readSettings, type Settings, writeMemory, writeSettings } from './memory.ts'
import { askPermission, messageFor, notify, permission, testMessage } from './notification.ts'
import { type Signal, signalsFor } from './signals.ts'
import { makeSound } from './sound.ts'

/** What the page knows now. */
type Sight = {
  tenants: readonly Tenant[]
  /** The file's own time, where it has one; in ms since 1970, as `now`. */
  writtenAt: number | undefined
  isMuted: (tenant: Tenant) => boolean
  now: number
  intervalMs: number
}

export type Attention = {
  /** To be called with every change of the figures, and only then. */
  look: (sight: Sight) => Promise<void>
  Settings: ComponentType
}

/** Away for less than so many refreshes, a device gets what it missed: it is news still. */
const missedRefreshes = 2

/** Draws eyes to what is new: a sound and a notification, where this device asked for them. */
export function startAttention(browser: Window & typeof globalThis): Attention {
  const shelf = storageOf(browser)
  const sound = makeSound(() => new browser.AudioContext())
  let previous: readonly Tenant[] | undefined

  /** One tab at a time; where the browser has no locks (a page without HTTPS), the tag of the notification keeps it to one. */
  function alone(work: () => void): Promise<void> {
    const locks: LockManager | undefined = browser.navigator.locks
    return locks ? locks.request('sophos-detections-signals', async () => work()) : Promise.resolve(work())
  }

  function take({ tenants, writtenAt, isMuted, now, intervalMs }: Sight): readonly Signal[] {
    const { seen, lookedAt } = readMemory(shelf)
    const returning = lookedAt !== undefined && now - lookedAt < missedRefreshes * intervalMs
    const found = signalsFor({ previous, tenants, writtenAt, isMuted, seen })
    writeMemory(shelf, { seen: found.seen, lookedAt: now })
    const silent = previous === undefined && !returning
    previous = tenants
    return silent ? [] : found.signals
  }

  const controls: SignalControls = {
    settings: () => readSettings(shelf),
    change: settings => writeSettings(shelf, settings),
    onChange: listener => {
      browser.addEventListener('storage', listener)
      return () => browser.removeEventListener('storage', listener)
    },
    permission: () => permission(browser),
    askPermission: () => askPermission(browser),
    testSound: () => sound.play(),
    testNotification: () => notify(browser, testMessage()),
  }
  return {
    look: sight =>
      alone(() => {
        const signals = take(sight)
        if (signals.length === 0) return
        const settings: Settings = readSettings(shelf)
        if (settings.sound) void sound.play()
        if (settings.notify) notify(browser, messageFor(signals))
      }),
    Settings: () => <AttentionSettings controls={controls} />,
  }
}

/** Where a browser forbids storage, even touching it throws: then this tab remembers for itself, until it is closed. */
function storageOf(browser: Window): Pick<Storage, 'getItem' | 'setItem'> {
  try {
    return browser.localStorage
  } catch {
    const kept = new Map<string, string>()
    return {
      getItem: name => kept.get(name) ?? null,
      setItem: (name, value) => {
        kept.set(name, value)
      },
    }
  }
}
