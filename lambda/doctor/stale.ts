/** The most that one tenant's 24 hours came to on a day, by day ("2026-11-22"); days without an answer are not in it. */
export type PastDays = ReadonlyMap<string, number>

/** So long without a detection is noted where there were some on most days of the week before. */
const quietDays = 3
const busyDays = 7
const mostOfThem = 5

export const daysNeeded = quietDays + busyDays

/**
 * Whether a tenant fell silent: nothing on each of its last three days, and something on at least five of the seven
 * before. Sophos' REST API is said to answer from the time before a tenant's move to Sophos Fusion, without an error; so
 * it looks like this. Answers a sentence with the figures, or undefined.
 */
export function fellSilent(days: PastDays): string | undefined {
  const ordered = [...days].sort(([one], [other]) => (one < other ? -1 : 1)).slice(-daysNeeded)
  const quiet = ordered.slice(-quietDays)
  const before = ordered.slice(0, -quietDays)
  const busy = before.filter(([, total]) => total > 0)
  const [since] = quiet[0] ?? []
  if (quiet.length < quietDays || quiet.some(([, total]) => total > 0) || busy.length < mostOfThem)
    return undefined
  return `No detection since ${since}, and some on ${busy.length} of the ${before.length} days before.`
}
