import * as v from 'valibot'
import { parseDuration } from '../pacing/windows.ts'
import { parseJson } from '../schemas.ts'
import { mutesSchema, muting } from './muted.ts'

export type EventSettings = {
  readonly busName: string
  /** How long a tenant that was announced is not announced again, and has to be quiet to be called so. */
  readonly cooldownMs: number
  readonly dashboard: string | undefined
  /** Which tenants are muted at a time (ms). */
  readonly mutedAt: (now: number) => ReturnType<typeof muting>
}

/** The settings of what is announced, or undefined where nothing is. Throws an error that says what is wrong. */
export function readEventSettings(
  environment: Readonly<Record<string, string | undefined>>,
): EventSettings | undefined {
  const { EVENT_BUS_NAME, DIGEST_COOLDOWN, DASHBOARD_URL, MUTED, TIME_ZONE } = environment
  const busName = EVENT_BUS_NAME?.trim()
  if (!busName) return undefined
  const mutes = v.safeParse(mutesSchema, parseJson(MUTED?.trim() || '[]'))
  if (!mutes.success) {
    throw new Error(
      `MUTED is not understood: ${mutes.issues[0].message}. Expected [{"tenant": "<id or exact name>", "until": "2027-01-31"}].`,
    )
  }
  return {
    busName,
    cooldownMs: parseDuration(DIGEST_COOLDOWN?.trim() || '6h'),
    dashboard: DASHBOARD_URL?.trim() || undefined,
    mutedAt: now => muting(mutes.output, TIME_ZONE?.trim() || 'UTC', now),
  }
}
