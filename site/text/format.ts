// British English: the page is in English, and its clock counts to 24.
const locale = 'en-GB'
const number = new Intl.NumberFormat(locale)
const time = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const shortTime = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const day = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short' })
const year = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' })

export function formatCount(count: number): string {
  // Most of the thousands of figures on a page are this small, and Intl takes 50 times as long for each.
  return count < 1000 ? String(count) : number.format(count)
}

/** `14:05:12`, with the day before it where that is not the day of `now`, in the reader's time zone. */
export function formatTime(at: number, now: number): string {
  return withDay(at, now, time.format(at))
}

/** As `formatTime`, to the minute. */
export function formatShortTime(at: number, now: number): string {
  return withDay(at, now, shortTime.format(at))
}

function withDay(at: number, now: number, clock: string): string {
  if (day.format(at) === day.format(now) && Math.abs(at - now) < 86_400_000 * 2) return clock
  return `${(Math.abs(now - at) < 86_400_000 * 180 ? day : year).format(at)}, ${clock}`
}

/** A duration in its two largest units at most: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. Negative counts as none. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return join(hours, 'h', minutes % 60, 'min')
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** `2 min ago`; a time ahead of `now` is not called an age. */
export function formatAge(at: number, now: number): string {
  return at - now > 60_000 ? `${formatDuration(at - now)} ahead` : `${formatDuration(now - at)} ago`
}
