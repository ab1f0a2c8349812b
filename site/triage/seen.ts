import { type BySeverity, bySeverity, hourMs, hoursEnd, severities, type Tenant } from '../data/tenant.ts'

/** What the reader had seen when they last marked all as seen. */
export type Seen = {
  /** When that was, in ms since 1970. */
  at: number
  /** What a tenant had then, packed, by its key. Those that had nothing are not there. */
  tenants: ReadonlyMap<string, string>
}

/** What of a tenant's detections came since then. */
export type Unseen = { bySeverity: BySeverity<number>; total: number }

/** All that the tenants show now is seen. */
export function markSeen(tenants: readonly Tenant[], now: number): Seen {
  const packed = new Map<string, string>()
  for (const tenant of tenants) {
    if (tenant.collectedAt === undefined || !isKnown(tenant.counts)) continue
    // With nothing there, whatever comes is unseen: as with a tenant that was not there at all.
    if (severities.every(severity => tenant.counts[severity] === 0)) continue
    packed.set(tenant.key, pack(tenant, tenant.collectedAt))
  }
  return { at: now, tenants: packed }
}

/**
 * What of the tenant's detections the reader has not seen, hour by hour: what an hour has grown by since, and hours that came
 * later as a whole. So detections that leave the 24 hours hide no new ones. A tenant that showed nothing then is unseen
 * as a whole.
 *
 * `undefined` where it cannot be told: nothing was ever marked as seen, the severities are unknown, the hours that both times
 * have in common are unknown at one of them, the counts came another way than then, or they are older than then.
 */
export function unseen(tenant: Tenant, seen: Seen | undefined): Unseen | undefined {
  const { counts, collectedAt, hourlyBySeverity: now } = tenant
  if (!seen || collectedAt === undefined || !isKnown(counts)) return undefined
  const packed = seen.tenants.get(tenant.key)
  if (packed === undefined) return sum(counts)
  const then = unpack(packed)
  if (!then) return undefined
  if (then.collectedAt === collectedAt) return nothing
  if (then.method !== plain(tenant.method)) return undefined
  const laterHours = (hoursEnd(collectedAt) - hoursEnd(then.collectedAt)) / hourMs
  if (laterHours >= hours) return sum(counts)
  if (collectedAt < then.collectedAt || !then.lists || !now || !addsUp(now, counts)) return undefined
  const [critical = '', high = '', medium = '', low = '', info = ''] = then.lists
  return sum({
    critical: growth(critical, now.critical, laterHours, counts.critical),
    high: growth(high, now.high, laterHours, counts.high),
    medium: growth(medium, now.medium, laterHours, counts.medium),
    low: growth(low, now.low, laterHours, counts.low),
    info: growth(info, now.info, laterHours, counts.info),
  })
}

/** As `unseen`, worked out once for each tenant: unchanged rows are the same objects from one file to the next. */
export function unseenSince(seen: Seen | undefined): (tenant: Tenant) => Unseen | undefined {
  const known = new WeakMap<Tenant, { unseen: Unseen | undefined }>()
  return tenant => {
    const found = known.get(tenant)
    if (found) return found.unseen
    const made = unseen(tenant, seen)
    known.set(tenant, { unseen: made })
    return made
  }
}

const hours = 24
const nothing = sum(bySeverity(() => 0))

/**
 * All that there is now, but for what its hours had before: how much the hours grew that both have, and all of the `later`
 * ones. `before` is the packed list.
 */
function growth(before: string, now: readonly number[], later: number, total: number): number {
  let grown = total
  let hour = -1
  let count = 0
  const takeOff = () => {
    if (hour >= later) grown -= Math.min(count, now[hour - later] ?? 0)
  }
  for (let at = 0; at < before.length; at++) {
    const code = before.charCodeAt(at)
    if (code >= firstLetter) {
      takeOff()
      hour = code - firstLetter
      count = 0
    } else count = count * 10 + code - firstDigit
  }
  takeOff()
  return Math.max(0, grown)
}

function sum(figures: BySeverity<number>): Unseen {
  return {
    bySeverity: figures,
    total: severities.reduce((total, severity) => total + figures[severity], 0),
  }
}

function isKnown(counts: Tenant['counts']): counts is BySeverity<number> {
  return severities.every(severity => counts[severity] !== undefined)
}

function addsUp(now: BySeverity<readonly number[]>, counts: BySeverity<number>): boolean {
  return severities.every(severity => {
    let total = 0
    for (const count of now[severity]) total += count
    return total === counts[severity]
  })
}

/** A method's word without what has a meaning between the packed parts. */
const plain = (method = '') => method.replace(/\W/g, '_')

type Then = { collectedAt: number; method: string; lists: readonly string[] | undefined }

/**
 * A tenant in as few characters as 10,000 of them leave to each in a browser's storage: time (base 36), method, and for each
 * severity the hours that had any, as a letter (a is the oldest) and a count: `mi9x2ao0,counts,,a2x1,,c12,`. Without hours
 * there is the time and the method alone.
 */
function pack({ method, hourlyBySeverity, counts }: Tenant, collectedAt: number): string {
  const head = [collectedAt.toString(36), plain(method)]
  if (!hourlyBySeverity || !isKnown(counts) || !addsUp(hourlyBySeverity, counts)) return head.join()
  const lists = severities.map(severity =>
    hourlyBySeverity[severity].map((count, hour) => (count === 0 ? '' : letter(hour) + count)).join(''),
  )
  return [...head, ...lists].join()
}

function unpack(packed: string): Then | undefined {
  const [time = '', method = '', ...lists] = packed.split(',')
  const collectedAt = Number.parseInt(time, 36)
  if (!Number.isSafeInteger(collectedAt)) return undefined
  return { collectedAt, method, lists: lists.length === severities.length ? lists : undefined }
}

const firstDigit = '0'.charCodeAt(0)
const firstLetter = 'a'.charCodeAt(0)
const letter = (hour: number) => String.fromCharCode(firstLetter + hour)
