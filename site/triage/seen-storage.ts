import { isFields, parseFields } from '../data/read-fields.ts'
import type { Seen } from './seen.ts'

/** The one entry that the page keeps in the browser for this. */
const entry = 'sophos-detections-seen'
const version = 1

/** The packed hours of a tenant: nothing else is believed. */
const packed = /^[0-9a-z]{1,11},[\w-]*(,[a-x0-9]*){0,5}$/

/** The browser's storage, where it lets the page have one at all: with all cookies blocked, already the look at it throws. */
export function storageOf(browser: { readonly localStorage: Storage }): Storage | undefined {
  try {
    return browser.localStorage
  } catch {
    return undefined
  }
}

/** What the reader has seen, as the browser kept it; `undefined` where it kept nothing, nothing readable, or keeps nothing at all. */
export function loadSeen(storage: Pick<Storage, 'getItem'> | undefined): Seen | undefined {
  const json = parseFields(read(storage) ?? '')
  if (json?.version !== version || typeof json.at !== 'number' || !isFields(json.tenants)) return undefined
  const tenants = Object.entries(json.tenants).flatMap(([key, value]) =>
    typeof value === 'string' && packed.test(value) ? [[key, value] as const] : [],
  )
  return { at: json.at, tenants: new Map(tenants) }
}

/** Keeps it. `false` where the browser has no room for it, or keeps nothing: then it is forgotten with the tab. */
export function saveSeen(storage: Pick<Storage, 'setItem'> | undefined, { at, tenants }: Seen): boolean {
  if (!storage) return false
  try {
    storage.setItem(entry, JSON.stringify({ version, at, tenants: Object.fromEntries(tenants) }))
    return true
  } catch {
    return false // Full, or forbidden by the browser's settings: the caller says so.
  }
}

function read(storage: Pick<Storage, 'getItem'> | undefined): string | null {
  try {
    return storage?.getItem(entry) ?? null
  } catch {
    return null // Forbidden by the browser's settings.
  }
}
