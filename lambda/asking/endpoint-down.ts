/** A call that was not made, since the endpoint is out of order. Its message is a sentence for people. */
export class OutOfOrderError extends Error {
  override readonly name = 'OutOfOrderError'
  readonly trouble: Trouble

  constructor(what: string, trouble: Trouble) {
    super(sentence(what, trouble))
    this.trouble = trouble
  }
}

/** Since when, and from when on it is asked again: milliseconds since the epoch. */
type Trouble = { readonly since: number; readonly askedAgainAt: number }

/** Neither of a region's two ways is asked for now. */
export const noAnswerFrom = (place: string, one: OutOfOrderError, other: OutOfOrderError): string =>
  sentence(`${place} has not answered`, {
    since: Math.min(one.trouble.since, other.trouble.since),
    askedAgainAt: Math.min(one.trouble.askedAgainAt, other.trouble.askedAgainAt),
  })

const sentence = (what: string, { since, askedAgainAt }: Trouble): string =>
  `${what} since ${sayTime(since)}; it is asked again from ${sayTime(askedAgainAt)}.`

/** "2026-11-22 10:05 UTC" */
const sayTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
