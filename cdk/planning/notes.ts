import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { defaults } from '../../lambda/settings/defaults.ts'
import type { Settings } from '../settings.ts'

/**
 * Returns what is allowed in the settings and probably not meant, a line each. A deploy must not fail only because a mute
 * ended meanwhile. `now` is in ms.
 */
export function notesOn(
  { muted, rateLimits, timeZone = 'UTC' }: Pick<Settings, 'muted' | 'rateLimits' | 'timeZone'>,
  now: number,
): string[] {
  // The format of the locale en-CA, 2026-11-22, compares as text.
  const today = new Intl.DateTimeFormat('en-CA', { timeZone }).format(now)
  const ended = muted.filter(({ until }) => until < today)
  return [...noteOnLimits(rateLimits), ...ended.map(noteOnMute)]
}

const noteOnMute = ({ tenant, until }: Settings['muted'][number]): string =>
  `The mute of ${JSON.stringify(tenant)} ended on ${until} and has no effect: remove it from "muted", or set a later day.`

/** What Sophos refuses to exceed; the other two windows of the default it recommends. */
const enforced = ['100/m', '200000/d']

function noteOnLimits(rateLimits: string): string[] {
  const windows = parseRateWindows(rateLimits)
  const exceeded = parseRateWindows(defaults.rateLimits)
    // In one of Sophos' windows, a shorter one passes several times.
    .filter(({ limit, periodMs }) =>
      windows.every(own => own.limit * Math.ceil(periodMs / own.periodMs) > limit),
    )
    .map(({ text }) => text)
  const refused = exceeded.filter(text => enforced.includes(text))
  const given = `rateLimits ${JSON.stringify(rateLimits)} allows more than Sophos`
  if (refused.length > 0) {
    return [
      `${given} enforces (${refused.join(', ')}): it will answer 429, and the runs will slow down. Recommended: ${defaults.rateLimits}`,
    ]
  }
  return exceeded.length > 0 ? [`${given} recommends (${exceeded.join(', ')}).`] : []
}
