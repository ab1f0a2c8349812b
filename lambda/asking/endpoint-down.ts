/** A call that was not made, since the endpoint is down. Its message is a sentence for people. */
export class EndpointDownError extends Error {
  override readonly name = 'EndpointDownError'
  readonly trouble: Trouble

  constructor(what: string, trouble: Trouble) {
    super(sentence(what, trouble))
    this.trouble = trouble
  }
}

/** Since when, and from when on it is asked again: milliseconds since the epoch. */
type Trouble = { readonly since: number; readonly askedAgainAt: number }

/** For a place whose endpoints are both down. */
export const noAnswerFrom = (place: string, one: EndpointDownError, other: EndpointDownError): string =>
  sentence(`${place} has not answered`, {
    since: Math.min(one.trouble.since, other.trouble.since),
    askedAgainAt: Math.min(one.trouble.askedAgainAt, other.trouble.askedAgainAt),
  })

const sentence = (what: string, { since, askedAgainAt }: Trouble): string =>
  `${what} since ${formatTime(since)}; it is asked again from ${formatTime(askedAgainAt)}.`

/** "2026-11-22 10:05 UTC" */
const formatTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
