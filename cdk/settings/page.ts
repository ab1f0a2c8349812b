import * as v from 'valibot'
import { fromCommandLine } from './json.ts'
import { notAllowed } from './setting-error.ts'

const text = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200))
const groupsSchema = v.array(v.strictObject({ name: text, tenants: v.pipe(v.array(text), v.minLength(1)) }))
const mutedSchema = v.array(v.strictObject({ tenant: text, until: text, why: v.optional(text) }))

/** Tenants that belong together, each by its id or its exact name. */
export type Group = v.InferOutput<typeof groupsSchema>[number]
/** A tenant that is not to draw attention: through the day `until`, in the time zone of the settings. */
export type Mute = v.InferOutput<typeof mutedSchema>[number]

/** A name of the IANA time zone database. @throws SettingError */
export function parseTimeZone(value: unknown): string {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: String(value) }).resolvedOptions()
    // Offsets such as +01:00 are understood too, and are wrong for half of the year.
    if (/^[A-Za-z]/.test(timeZone)) return String(value)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  throw notAllowed('timeZone', value, 'a name of the IANA time zone database', '-c timeZone=Europe/Berlin')
}

/** @throws SettingError */
export function parseGroups(value: unknown): Group[] {
  const wrong = (given: unknown, allowed: string) =>
    notAllowed('groups', given, allowed, `-c groups='[{"name":"Retail","tenants":["Baker Ltd"]}]'`)
  const parsed = v.safeParse(groupsSchema, fromCommandLine(value))
  if (!parsed.success) throw wrong(value, 'a list of {"name", "tenants"}, with at least one tenant in each')
  const twice = firstTwice(parsed.output.map(({ name }) => name))
  if (twice !== undefined) throw wrong(twice, 'every name of a group once')
  for (const { name, tenants } of parsed.output) {
    const again = firstTwice(tenants)
    if (again !== undefined) throw wrong(again, `every tenant once in the group ${JSON.stringify(name)}`)
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
      'a list of {"tenant", "until", "why"}, where why can be left out: a mute without an end is forgotten',
    )
  const noDay = parsed.output.find(({ until }) => !isDay(until))
  if (noDay) throw wrong(noDay.until, 'days as year-month-day')
  const twice = firstTwice(parsed.output.map(({ tenant }) => tenant))
  if (twice !== undefined) throw wrong(twice, 'every tenant once')
  return parsed.output
}

/** The form of a link to a tenant, in which {id} and {region} stand for the tenant's own. @throws SettingError */
export function parseTenantLink(value: unknown): string {
  const link = String(value)
  const filled = link.replaceAll(/\{(id|region)\}/g, 'x')
  // The host is fixed, so that no tenant's region can send anybody elsewhere.
  const host = /^https:\/\/([^/?#]*)/.exec(link)?.[1]
  const isLink = filled !== link && !/[{}\s"<>]/.test(filled) && URL.canParse(filled)
  if (isLink && host && !/[{}@]/.test(host)) return link
  throw notAllowed(
    'tenantLink',
    value,
    'an https address with {id} or {region} or both behind its host',
    "-c tenantLink='https://central.sophos.com/manage/tenants/{id}'",
  )
}

/** `2027-02-30` is of the right form and no day. */
const isDay = (day: string): boolean => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(day)
}

const firstTwice = (texts: readonly string[]): string | undefined =>
  texts.find((one, at) => texts.indexOf(one) !== at)
