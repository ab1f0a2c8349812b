import * as v from 'valibot'

/** A whole number, not negative, and not so large that a computer would round it, or sums of it. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** The last moment that a `Date` can hold; one after it throws where it is written as text. */
const lastMoment = 8.64e15

/**
 * A time as our own files hold it, milliseconds since the epoch. What the wrong clock wrote is cut to what a `Date` holds.
 */
export const moment = v.pipe(
  v.number(),
  v.transform(ms => Math.min(Math.max(ms, 0), lastMoment)),
)

/** A time in ISO 8601 in this century, as milliseconds since the epoch; in UTC if it names no zone. */
export const time = v.pipe(
  v.string(),
  v.check(
    text => parseTime(text) >= Date.UTC(2000, 0) && parseTime(text) < Date.UTC(2100, 0),
    'a time such as 2026-11-22T10:20:00.000Z',
  ),
  v.transform(parseTime),
)

/** `Date.parse` alone reads "0" as a year, and a time without a zone as local. NaN if the text is no time. */
function parseTime(text: string): number {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return Number.NaN
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`)
}

/** So far into the future the time of a fact is believed, in ms: it may be this run's own clock that was set back. */
export const clockErrorMs = 86_400_000

/** What a wrong clock put into the future counts as now. Undefined stays so. */
export const notAfter = <T extends number | undefined>(now: number, at: T): T | number =>
  at === undefined || at <= now ? at : now

/** Returns undefined if the text is not JSON. The parser's own error would quote the text, which may be a secret. */
export function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
