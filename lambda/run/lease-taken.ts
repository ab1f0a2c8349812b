import type { LeaseTaken } from './lease.ts'

/** Says who holds the lease, to whoever wanted it. */
export function sayTaken({ since, until }: LeaseTaken): string {
  const time = (ms: number) => new Date(ms).toISOString()
  return `Another run is under way since ${time(since)}; it is over by ${time(until)}, or goes on for longer.`
}
