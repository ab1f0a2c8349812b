import { type FieldReader, type Fields, fieldReader, parseFields, show } from '../data/read-fields.ts'
import type { Mute, SiteSettings } from './settings.ts'
import { parseTenantLink } from './tenant-link.ts'

/**
 * Reads settings.json. Leaves out what is wrong and names it in `problems`; returns `undefined` if the text is not a
 * JSON object. Never throws.
 */
export function parseSettings(text: string): SiteSettings | undefined {
  const json = parseFields(text)
  if (!json) return undefined
  const problems: string[] = []
  const read = fieldReader(problems)
  if (json.schemaVersion !== 1) {
    problems.push(`settings.json has schemaVersion ${show(json.schemaVersion)}; this page knows 1.`)
  }
  return {
    timeZone: readTimeZone(read.string(json, 'timeZone'), problems),
    tenantLink: parseTenantLink(read.string(json, 'tenantLink'), problems),
    ...readGroups(read.list(json, 'groups'), read, problems),
    muted: readMuted(read.list(json, 'muted'), read, problems),
    problems,
  }
}

function readTimeZone(name: string | undefined, problems: string[]): string | undefined {
  if (name === undefined) return undefined
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return name
  } catch {
    problems.push(
      `timeZone is ${show(name)}, which this browser does not know; an example is "Europe/Berlin".`,
    )
    return undefined
  }
}

function readGroups(list: readonly Fields[], read: FieldReader, problems: string[]) {
  const groups = new Set<string>()
  const groupsByTenant = new Map<string, string[]>()
  for (const [i, group] of list.entries()) {
    const at = `groups[${i}].`
    const name = read.string(group, 'name', at)?.trim()
    if (!name) {
      problems.push(`groups[${i}] has no name and is left out.`)
      continue
    }
    groups.add(name)
    for (const tenant of read.strings(group, 'tenants', at)) {
      const names = groupsByTenant.get(tenant) ?? []
      if (!names.includes(name)) groupsByTenant.set(tenant, [...names, name])
    }
  }
  return { groups: [...groups], groupsByTenant }
}

function readMuted(list: readonly Fields[], read: FieldReader, problems: string[]): Map<string, Mute> {
  const muted = new Map<string, Mute>()
  for (const [i, mute] of list.entries()) {
    const at = `muted[${i}].`
    const tenant = read.string(mute, 'tenant', at)
    const until = read.string(mute, 'until', at)
    if (!tenant) {
      problems.push(`muted[${i}] names no tenant and is left out.`)
    } else if (until === undefined || !isDay(until)) {
      // A mute without an end would hide a tenant forever by mistake.
      problems.push(`muted[${i}] needs "until" as a day such as "2027-01-31"; until then it mutes nothing.`)
    } else {
      const other = muted.get(tenant)
      if (!other || other.until < until) muted.set(tenant, { until, why: read.string(mute, 'why', at) })
    }
  }
  return muted
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
