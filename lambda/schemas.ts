import * as v from 'valibot'

/** A whole number, not negative, and not so large that sums of it would no longer be numbers. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** The last moment that a `Date` can hold; one after it throws where it is written as text. */
const lastMoment = 8.64e15

/** A time as our own files hold it, milliseconds since the epoch. What the wrong clock wrote is cut to what a `Date` holds. */
export const moment = v.pipe(
  v.number(),
  v.transform(ms => Math.min(Math.max(ms, 0), lastMoment)),
)

/** A time in ISO 8601, as milliseconds since the epoch. */
export const time = v.pipe(
  v.string(),
  v.transform(text => Date.parse(text)),
  v.finite(),
)

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
