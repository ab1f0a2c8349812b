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
type Trouble = {
  readonly since: number
  readonly askedAgainAt: number
  /**
   * What the last call came to, in a few words (`short-reason.ts`); undefined where an earlier version did not write it
   * down.
   */
  readonly why: string | undefined
}

/** For a place whose endpoints are both down. */
export const noAnswerFrom = (place: string, one: EndpointDownError, other: EndpointDownError): string =>
  sentence(`${place} has given no figures`, {
    since: Math.min(one.trouble.since, other.trouble.since),
    askedAgainAt: Math.min(one.trouble.askedAgainAt, other.trouble.askedAgainAt),
    why: [...new Set([one.trouble.why ?? [], other.trouble.why ?? []].flat())].join('; it ') || undefined,
  })

const sentence = (what: string, { since, askedAgainAt, why }: Trouble): string =>
  `${what} since ${formatTime(since)}${why ? ` (it ${why})` : ''}; ${again(since, askedAgainAt)}.`

/** Two times that read the same would contradict each other: so soon, the seconds count. */
function again(since: number, at: number): string {
  if (at - since < 1_000) return 'it is asked again in the next run'
  const soon = formatTime(since) === formatTime(at)
  return `it is asked again from ${soon ? formatTime(at, 'seconds') : formatTime(at)}`
}

/** "2026-11-22 10:05 UTC" */
const formatTime = (ms: number, precision: 'minutes' | 'seconds' = 'minutes'): string =>
  `${new Date(ms)
    .toISOString()
    .slice(0, precision === 'seconds' ? 19 : 16)
    .replace('T', ' ')} UTC`
