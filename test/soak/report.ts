import type { Breach } from './checks/breach.ts'
import type { RunResult } from './run-result.ts'
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

/** One line of one run; `tenant` is the end of an id, whose row is added. */
export function formatRun(run: RunResult, weather: readonly string[], tenant: string | undefined): string {
  const { startedAt, endedAt, trigger, how, result = '', message, setBackMs, events, published } = run
  const seconds = ((endedAt - startedAt) / 1_000).toFixed(0)
  const told = events.map(({ detailType, detail }) => {
    const worst = detail.worst?.map(({ id, critical, high }) => `${id.slice(-3)}=${critical}/${high}`)
    return worst ? `${detailType} ${worst}` : detailType
  })
  const row = tenant && published.rows.find(({ ID }) => ID?.endsWith(tenant))
  const { Status, Collected_At, Method, New_Critical, New_High, New_Since, Reason } = row || {}
  return [
    `${new Date(startedAt).toISOString()} ${trigger} ${seconds} s, ${how} ${result}: ${message}`,
    setBackMs > 0 ? `  the clock was ${(setBackMs / 60_000).toFixed(0)} min behind` : '',
    weather.length > 0 ? `  weather: ${weather.join(', ')}` : '',
    told.length > 0 ? `  events: ${told.join('; ')}` : '',
    row
      ? `  ${tenant}: ${Status} ${Collected_At} ${Method} ${New_Critical}/${New_High} since ${New_Since} ${Reason}`
      : '',
  ]
    .filter(Boolean)
    .join('\n')
}
