import * as v from 'valibot'
import { fromCommandLine } from './json.ts'
import { notAllowed } from './setting-error.ts'

const text = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200))
const groupsSchema = v.array(v.strictObject({ name: text, tenants: v.pipe(v.array(text), v.minLength(1)) }))
const mutedSchema = v.array(v.strictObject({ tenant: text, until: text, why: v.optional(text) }))

/** Tenants shown together, each given by id or exact name. */
export type Group = v.InferOutput<typeof groupsSchema>[number]
/** A muted tenant. The mute includes the day `until`, in the time zone of the settings. */
export type Mute = v.InferOutput<typeof mutedSchema>[number]

/** @throws SettingError */
export function parseTimeZone(value: unknown): string {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: String(value) }).resolvedOptions()
    // Intl also accepts offsets such as +01:00, which are wrong for half of the year.
    if (/^[A-Za-z]/.test(timeZone)) return String(value)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  throw notAllowed('timeZone', value, 'an IANA time zone name', '-c timeZone=Europe/Berlin')
}

/** @throws SettingError */
export function parseGroups(value: unknown): Group[] {
  const wrong = (given: unknown, allowed: string) =>
    notAllowed('groups', given, allowed, `-c groups='[{"name":"Retail","tenants":["Baker Ltd"]}]'`)
  const parsed = v.safeParse(groupsSchema, fromCommandLine(value))
  if (!parsed.success) throw wrong(value, 'a list of {"name", "tenants"}, each with at least one tenant')
  const duplicate = firstDuplicate(parsed.output.map(({ name }) => name))
  if (duplicate !== undefined) throw wrong(duplicate, 'each group name once')
  for (const { name, tenants } of parsed.output) {
    const repeated = firstDuplicate(tenants)
    if (repeated !== undefined) throw wrong(repeated, `each tenant once in the group ${JSON.stringify(name)}`)
  }
  return parsed.output
}

/** @throws SettingError */
export function parseMuted(value: unknown): Mute[] {
  const wrong = (given: unknown, allowed: string) =>
    notAllowed(
      'muted',
      given,
      allowed,
      `-c muted='[{"tenant":"Baker Ltd","until":"2027-01-31","why":"a test"}]'`,
    )
  const parsed = v.safeParse(mutedSchema, fromCommandLine(value))
  if (!parsed.success)
    throw wrong(
      value,
      'a list of {"tenant", "until", "why"}; "why" is optional, "until" is not, because a mute without an end gets forgotten',
    )
  const badDay = parsed.output.find(({ until }) => !isDay(until))
  if (badDay) throw wrong(badDay.until, 'dates as year-month-day')
  const duplicate = firstDuplicate(parsed.output.map(({ tenant }) => tenant))
  if (duplicate !== undefined) throw wrong(duplicate, 'each tenant once')
  return parsed.output
}

/** Parses the URL of a tenant's page, with the placeholders {id} and {region}. @throws SettingError */
export function parseTenantLink(value: unknown): string {
  const link = String(value)
  const filled = link.replaceAll(/\{(id|region)\}/g, 'x')
  // The host has no placeholder, so no tenant's data can change where the link leads.
  const host = /^https:\/\/([^/?#]*)/.exec(link)?.[1]
  const isLink = filled !== link && !/[{}\s"<>]/.test(filled) && URL.canParse(filled)
  if (isLink && host && !/[{}@]/.test(host)) return link
  throw notAllowed(
    'tenantLink',
    value,
    'an https URL with {id}, {region} or both after the host',
    "-c tenantLink='https://central.sophos.com/manage/tenants/{id}'",
  )
}

/** Also refuses dates that do not exist, such as `2027-02-30`. */
const isDay = (day: string): boolean => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(day)
}

const firstDuplicate = (texts: readonly string[]): string | undefined =>
  texts.find((one, at) => texts.indexOf(one) !== at)
