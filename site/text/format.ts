import { formats } from './locale.ts'
import { texts } from './texts.ts'

export { formatCount } from './locale.ts'

const dayMs = 86_400_000

/** `14:05:12`, with the day in front if it is not today; in the time zone of the settings, else the reader's own. */
export function formatTime(at: number, now: number): string {
  return withDay(at, now, formats.seconds)
}

/** As `formatTime`, to the minute. */
export function formatShortTime(at: number, now: number): string {
  return withDay(at, now, formats.minutes)
}

function withDay(at: number, now: number, { clock, day, year }: typeof formats.seconds): string {
  const apart = Math.abs(at - now)
  if (apart < 2 * dayMs && formats.day.format(at) === formats.day.format(now)) return clock.format(at)
  return (apart < 180 * dayMs ? day : year).format(at)
}

/** A duration in its two largest units at most: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. Negative counts as none. */
export function formatDuration(ms: number): string {
  const { seconds: s, minutes: min, hours: h, days: d, blank } = texts.units
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return join([seconds, s], [0, ''], blank)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return join([minutes, min], [0, ''], blank)
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return join([hours, h], [minutes % 60, min], blank)
  return join([Math.floor(hours / 24), d], [hours % 24, h], blank)
}

/** As `formatDuration`, with seconds also under an hour (`2 min 20 s`): for durations that no longer change. */
export function formatExactDuration(ms: number): string {
  const { seconds: s, minutes: min, blank } = texts.units
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60 || seconds >= 3600) return formatDuration(seconds * 1000)
  return join([Math.floor(seconds / 60), min], [seconds % 60, s], blank)
}

function join([large, unit]: [number, string], [small, smallUnit]: [number, string], blank: string): string {
  const first = `${formats.number.format(large)}${blank}${unit}`
  return small === 0 ? first : `${first}${blank}${small}${blank}${smallUnit}`
}

/** `2 min ago`, or `2 min ahead` for a time in the future. */
export function formatAge(at: number, now: number): string {
  return at - now > 60_000 ? texts.ahead(formatDuration(at - now)) : texts.ago(formatDuration(now - at))
}
