import * as v from 'valibot'
import { parseDuration } from '../pacing/windows.ts'
import { parseJson } from '../schemas.ts'
import { type Environment, variable } from '../settings/variable.ts'
import { longestName } from '../sophos/tenants.ts'
import { plainText } from '../text/plain.ts'

type EventSettings = {
  readonly busName: string
  /** How long an announced tenant is not announced again, and must be quiet to count as back to quiet. */
  readonly cooldownMs: number
  readonly dashboard: string | undefined
  /** Returns which tenants are muted at a time (ms). */
  readonly mutedAt: (now: number) => IsMuted
}
type IsMuted = (tenant: { readonly id: string; readonly name: string }) => boolean

/** The tenant's id or exact name, and the last day (YYYY-MM-DD) on which its news is not announced. */
const muteSchema = v.object({ tenant: v.string(), until: v.pipe(v.string(), v.isoDate()) })
const mutesSchema = v.array(muteSchema)
type Mute = v.InferOutput<typeof muteSchema>

/** Returns undefined if EVENT_BUS_NAME is not set. Throws an error that says what is wrong. */
export function readEventSettings(environment: Environment): EventSettings | undefined {
  const read = (name: string) => variable(environment, name)
  const busName = read('EVENT_BUS_NAME')
  if (!busName) return undefined
  const mutes = v.safeParse(mutesSchema, parseJson(read('MUTED') ?? '[]'))
  if (!mutes.success) {
    throw new Error(`MUTED is not valid. Expected [{"tenant": "<id or exact name>", "until": "2027-01-31"}].`)
  }
  const timeZone = read('TIME_ZONE') ?? 'UTC'
  return {
    busName,
    cooldownMs: parseDuration(read('DIGEST_COOLDOWN') ?? '6h'),
    dashboard: read('DASHBOARD_URL'),
    mutedAt: now => mutedOn(dateOf(now, timeZone), mutes.output),
  }
}

/** The date in a time zone as YYYY-MM-DD, the format of the locale en-CA, which compares as text. */
const dateOf = (ms: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone }).format(ms)

function mutedOn(date: string, mutes: readonly Mute[]): IsMuted {
  const muted = new Set(
    mutes.filter(({ until }) => date <= until).map(({ tenant }) => plainText(tenant, longestName)),
  )
  return ({ id, name }) => muted.has(id) || muted.has(name)
}
