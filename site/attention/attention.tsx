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
  /** The file's own time, if any; in ms since 1970, as `now`. */
  writtenAt: number | undefined
  isMuted: (tenant: Tenant) => boolean
  now: number
  intervalMs: number
}

export type Attention = {
  /** Call it after every change of the data, and only then. */
  look: (sight: Sight) => Promise<void>
  Settings: ComponentType
}

/** A device that was away for fewer refreshes than this still gets what it missed. */
const missedRefreshes = 2

/** Signals new critical detections by sound and notification, as set on this device. */
export function startAttention(browser: Window & typeof globalThis): Attention {
  const shelf = storageOf(browser)
  const sound = makeSound(() => new browser.AudioContext())
  let previous: readonly Tenant[] | undefined

  /**
   * Runs `work` in one tab at a time. Without locks (a page without HTTPS), the tag of the notification prevents
   * doubles.
   */
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

/**
 * If a browser blocks storage, even reading the property throws: then the tab keeps the data in memory until it closes.
 */
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
