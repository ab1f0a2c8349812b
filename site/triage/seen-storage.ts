import { isFields, parseFields } from '../data/read-fields.ts'
import type { Seen } from './seen.ts'

/** The only entry that this part stores in the browser. */
const entry = 'sophos-detections-seen'
const version = 1

/** The packed hours of a tenant. Anything else is ignored. */
const packed = /^[0-9a-z]{1,11},[\w-]*(,[a-x0-9]*){0,5}$/

/** Returns the browser's storage, if any: with all cookies blocked, even reading the property throws. */
export function storageOf(browser: { readonly localStorage: Storage }): Storage | undefined {
  try {
    return browser.localStorage
  } catch {
    return undefined
  }
}

/**
 * Returns what the reader has seen, as stored in the browser; `undefined` if the browser stored nothing readable or
 * stores nothing at all.
 */
export function loadSeen(storage: Pick<Storage, 'getItem'> | undefined): Seen | undefined {
  const json = parseFields(read(storage) ?? '')
  if (json?.version !== version || typeof json.at !== 'number' || !isFields(json.tenants)) return undefined
  const tenants = Object.entries(json.tenants).flatMap(([key, value]) =>
    typeof value === 'string' && packed.test(value) ? [[key, value] as const] : [],
  )
  return { at: json.at, tenants: new Map(tenants) }
}

/** Stores it. Returns `false` if the browser has no room or stores nothing: then it is lost when the tab closes. */
export function saveSeen(storage: Pick<Storage, 'setItem'> | undefined, { at, tenants }: Seen): boolean {
  if (!storage) return false
  try {
    storage.setItem(entry, JSON.stringify({ version, at, tenants: Object.fromEntries(tenants) }))
    return true
  } catch {
    return false // Full, or blocked by the browser's settings: the caller reports it.
  }
}

function read(storage: Pick<Storage, 'getItem'> | undefined): string | null {
  try {
    return storage?.getItem(entry) ?? null
  } catch {
    return null // Blocked by the browser's settings.
  }
}
