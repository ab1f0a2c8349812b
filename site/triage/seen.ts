import { type BySeverity, bySeverity, hourMs, hoursEnd, severities, type Tenant } from '../data/tenant.ts'

/** What the reader had seen when they last marked everything as seen. */
export type Seen = {
  /** The time of that, in ms since 1970. */
  at: number
  /** What each tenant had then, packed, by its key. Tenants without detections are left out. */
  tenants: ReadonlyMap<string, string>
}

/** The detections of a tenant that came since then. */
export type Unseen = { bySeverity: BySeverity<number>; total: number }

/** Marks everything that the tenants show now as seen. */
export function markSeen(tenants: readonly Tenant[], now: number): Seen {
  const packed = new Map<string, string>()
  for (const tenant of tenants) {
    if (tenant.collectedAt === undefined || !isKnown(tenant.counts)) continue
    // A tenant without detections is left out: all later ones are unseen, as for a tenant that was not there.
    if (severities.every(severity => tenant.counts[severity] === 0)) continue
    packed.set(tenant.key, pack(tenant, tenant.collectedAt))
  }
  return { at: now, tenants: packed }
}

/**
 * Returns the tenant's detections that the reader has not seen, hour by hour: the growth of each earlier hour, and all
 * of each later hour. So detections that leave the 24 hours do not hide new ones. If a tenant had nothing then, all it
 * has now is unseen.
 *
 * Returns `undefined` if this is unknown: nothing was ever marked as seen, the severities are unknown, one side lacks
 * the hours that both cover, the counting method changed, or the counts are older than the mark.
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

/** Like `unseen`, computed once per tenant: unchanged rows are the same objects from one file to the next. */
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
 * Returns how much the shared hours grew since `before`, plus all of the `later` hours. `before` is the packed list.
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

/** Returns the method's name without the characters that separate the packed parts. */
const plain = (method = '') => method.replace(/\W/g, '_')

type Then = { collectedAt: number; method: string; lists: readonly string[] | undefined }

/**
 * Packs a tenant, so that 10,000 of them fit into a browser's storage: time (base 36), method, and for each severity
 * the hours with detections, as a letter (a is the oldest) and a count: `mi9x2ao0,counts,,a2x1,,c12,`. Without hours,
 * only the time and the method.
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
