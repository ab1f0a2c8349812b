import type { SoakFigures } from '../soak/soak.ts'
import { table } from './table.ts'

/** What the week in all weathers came to, as a section of README.md. */
export function soakSection(week: SoakFigures): string {
  const { runs, results, calls, spells, announced, historyRows, longestAgeMs, breaches, seconds } = week
  const rows: [string, string | number][] = [
    ['runs that ended', runs.ended],
    ['of them complete, partial, failed', [results.complete, results.partial, results.failed].join(', ')],
    ['runs that were killed', runs.killed],
    ['runs that broke off, since S3 failed', runs.threw],
    ['runs that found another one under way', runs.refused],
    ['runs that did not end', runs.hung],
    ['spells of bad weather', spells],
    ['calls', calls],
    ['critical and high detections announced', announced],
    ['rows of history', historyRows],
    ['oldest figures of any tenant, h', (longestAgeMs / 3_600_000).toFixed(1)],
    ['cases in which a promise was not kept', breaches.length],
    ['seconds', seconds.toFixed(0)],
  ]
  return `## The soak: a week in all weathers

Some 108 tenants from 29 December on, in simulated time, with limits so small that a round of all tenants takes 40
minutes. The counts API, the query API, regions, tokens, lists, S3 and the bus fail, hang or lag; runs are killed, meet
others, or have their clock set back; tenants join, leave, come back, and move to Sophos Fusion. A model of its own, which
knows the true tenants and every answer, checks what lies in the bucket after each run. To find out what a case is of:
\`node test/soak/main.ts --days 7 --start 2026-12-29T00:00:00Z --trace\`, and \`--without "figures lag"\`.

${table(['what', 'figure'], rows)}`
}
