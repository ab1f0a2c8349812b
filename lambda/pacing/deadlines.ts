/** How a run divides its time, in milliseconds. */
export type Deadlines = {
  /** No call is sent after this moment, milliseconds since the epoch. */
  readonly lastCallAt: number
  /** How long one request may take. */
  readonly requestTimeoutMs: number
}

/** The timeout that the clients of Sophos' own MCP server use. */
const longestRequestMs = 30_000
/** Writing CSV, status and state of 10,000 tenants takes seconds; the rest is for a slow S3. */
const publishingMs = 20_000

/**
 * Divides the remaining time so that the last call can be answered and everything published before the end. A short time,
 * as in tests, is divided in proportion.
 */
export function planDeadlines(now: number, remainingMs: number): Deadlines {
  const requestTimeoutMs = Math.floor(Math.min(longestRequestMs, remainingMs / 4))
  return {
    requestTimeoutMs,
    lastCallAt: now + remainingMs - requestTimeoutMs - Math.min(publishingMs, remainingMs / 10),
  }
}

/**
 * The time limit of a run: half a minute less than the schedule, so that it ends before the next one, and half a minute less
 * than Lambda's 15 minutes. In ms.
 */
export function longestRunMs(intervalMs: number): number {
  const longest = Math.min(900_000, intervalMs)
  return Math.max(longest / 2, longest - 30_000)
}

/**
 * A run does not wait for longer than this, since each second costs money: the room that comes back within an hour is
 * there for the next scheduled runs. Long enough for a full minute's window with its slowest answer.
 */
export const longestWaitMs = 95_000
