import type { Seen } from './signals.ts'

/** The signals that are on for this device. Off by default. */
export type Settings = { sound: boolean; notify: boolean }

/** What this device knows of past events, in every tab and after every reload. */
export type Memory = {
  seen: Seen
  /** When it last checked, in ms since 1970; undefined if never. */
  lookedAt: number | undefined
}

type Shelf = Pick<Storage, 'getItem' | 'setItem'>

const settingsName = 'sophos-detections:signals'
const memoryName = 'sophos-detections:signalled'

/** Returns the defaults if the browser stores nothing (a private window, a full disk). */
export function readSettings(shelf: Shelf): Settings {
  const kept = read(shelf, settingsName)
  return { sound: kept.sound === true, notify: kept.notify === true }
}

export function writeSettings(shelf: Shelf, settings: Settings): void {
  write(shelf, settingsName, settings)
}

export function readMemory(shelf: Shelf): Memory {
  const { lookedAt, seen } = read(shelf, memoryName)
  const times = isRecord(seen) ? Object.entries(seen).filter(isTime) : []
  return { lookedAt: typeof lookedAt === 'number' ? lookedAt : undefined, seen: Object.fromEntries(times) }
}

export function writeMemory(shelf: Shelf, memory: Memory): void {
  write(shelf, memoryName, memory)
}

function read(shelf: Shelf, name: string): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(name) ?? '{}')
    return isRecord(kept) ? kept : {}
  } catch {
    return {} // Unreadable counts as empty: the next write repairs it.
  }
}

function write(shelf: Shelf, name: string, value: object): void {
  try {
    shelf.setItem(name, JSON.stringify(value))
  } catch {
    // The browser stores nothing. The tab itself still remembers what it showed.
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTime(entry: [string, unknown]): entry is [string, number] {
  return typeof entry[1] === 'number'
}
