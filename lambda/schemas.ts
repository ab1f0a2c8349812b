import * as v from 'valibot'

/** A whole number, not negative. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** A time in ISO 8601, as milliseconds since the epoch. */
export const time = v.pipe(
  v.string(),
  v.transform(text => Date.parse(text)),
  v.finite(),
)

/** Returns undefined if the text is not JSON. The parser's own error would quote the text, which may be a secret. */
export function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
