import * as v from 'valibot'

/** Nothing new of this tenant is announced, up to and including the day `until` (YYYY-MM-DD). */
const muteSchema = v.object({
  /** The id, or the exact name. */
  tenant: v.string(),
  until: v.pipe(v.string(), v.isoDate()),
})
export const mutesSchema = v.array(muteSchema)
type Mute = v.InferOutput<typeof muteSchema>

/** Whether a tenant is muted at `now` (ms). A day is one of the calendar of `timeZone`. */
export function muting(
  mutes: readonly Mute[],
  timeZone: string,
  now: number,
): (tenant: { readonly id: string; readonly name: string }) => boolean {
  // The one locale whose dates are written YYYY-MM-DD, and so compare as texts.
  const today = new Intl.DateTimeFormat('en-CA', { timeZone }).format(now)
  const muted = new Set(mutes.filter(({ until }) => today <= until).map(({ tenant }) => tenant))
  return ({ id, name }) => muted.has(id) || muted.has(name)
}
