/** What a run does with the time it has, in milliseconds. */
export type Deadlines = {
  /** The last moment at which a call may be sent, milliseconds since the epoch. */
  readonly lastCallAt: number
  /** How long one request may take. */
  readonly requestTimeoutMs: number
}

/** A request that takes longer is lost, as in Sophos' own MCP server's clients (30 s). */
const longestRequestMs = 30_000
/** Writing the CSV, status and state of 10,000 tenants takes seconds; the rest is for a slow S3. */
const publishingMs = 20_000

/**
 * Shares out the time that is left, so that the last call can be answered and everything be published before it ends.
 * A short time, as in tests, is shared out in proportion.
 */
export function planDeadlines(now: number, remainingMs: number): Deadlines {
  const requestTimeoutMs = Math.floor(Math.min(longestRequestMs, remainingMs / 4))
  return {
    requestTimeoutMs,
    lastCallAt: now + remainingMs - requestTimeoutMs - Math.min(publishingMs, remainingMs / 10),
  }
}

/**
 * A run does not wait for longer than this, since each second costs money: the room that comes back within an hour is
 * there for the next scheduled runs. Long enough for a full minute's window with its slowest answer.
 */
export const longestWaitMs = 95_000
