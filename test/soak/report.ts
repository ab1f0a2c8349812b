import type { Breach } from './checks/breach.ts'
import type { SoakFigures } from './soak.ts'

/** The breaches, first by the invariant, then by time: one line for each, so that each can be found again. */
export function formatBreaches(breaches: readonly Breach[], most = 5): string[] {
  const byInvariant = Map.groupBy(breaches, ({ invariant }) => invariant)
  return [...byInvariant].flatMap(([invariant, cases]) => {
    const lines = cases
      .toSorted((a, b) => a.at - b.at)
      .slice(0, most)
      .map(({ at, tenant, what, times }) => {
        const who = tenant ? `, tenant ${tenant.slice(-3)}` : ''
        return `  ${new Date(at).toISOString()}${who}: ${what}${times > 1 ? ` (${times} times)` : ''}`
      })
    return [`${invariant}: ${cases.length}`, ...lines]
  })
}

/** What a soak came to, in a few lines. */
export function formatSoak(figures: SoakFigures): string {
  const { runs, results, calls, spells, announced, historyRows, longestAgeMs, seconds, breaches } = figures
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')
  return [
    `runs: ${list(runs)}; results: ${list(results)}`,
    `calls: ${calls}; spells of bad weather: ${spells}; announced: ${announced}; rows of history: ${historyRows}`,
    `oldest figures: ${(longestAgeMs / 3_600_000).toFixed(1)} h; took ${seconds.toFixed(1)} s`,
    ...formatBreaches(breaches),
  ].join('\n')
}
