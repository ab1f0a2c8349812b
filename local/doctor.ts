import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startClock } from '../lambda/clock.ts'
import { publishReport } from '../lambda/doctor/publish.ts'
import type { SourceReport } from '../lambda/doctor/report.ts'
import { runDoctor } from '../lambda/doctor/run-doctor.ts'
import { type Deadlines, planDeadlines } from '../lambda/pacing/deadlines.ts'
import { formatLeaseTaken } from '../lambda/run/lease.ts'
import type { SophosClient } from '../lambda/sophos/client.ts'
import { httpTransport } from '../lambda/sophos/transport.ts'
import manifest from '../package.json' with { type: 'json' }
import { toMarkdown } from './doctor/markdown.ts'
import { type DoctorOptions, help, parseOptions } from './doctor/options.ts'
import { choosePlace, type Place } from './doctor/place.ts'
import { showVisit } from './doctor/progress.ts'
import { toTerminal } from './doctor/table.ts'
import { probeFusion } from './fusion/probe.ts'

/** Long enough for all tenants of a large estate at the enforced limits; the recommended ones end it sooner. */
const longestVisitMs = 24 * 3_600_000
/** A collection that is due meanwhile is skipped; three in a row of every five minutes would be an alarm. */
const longestVisitToDeploymentMs = 10 * 60_000

try {
  const options = parseOptions(process.argv.slice(2), process.env)
  if (options.help) process.stdout.write(help)
  else process.exitCode = await examine(options)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 2
}
// An idle connection would keep the process for a while.
process.exit()

async function examine(options: DoctorOptions): Promise<number> {
  const place = await choosePlace(options, process.env)
  process.stderr.write(`${place.said}\n`)
  try {
    const { report, ofFusion } = await callDoctor(place, options)
    process.stdout.write(toTerminal(report) + ofFusion)
    await mkdir(options.out, { recursive: true })
    await writeFile(join(options.out, 'access-report.md'), toMarkdown(report) + ofFusion)
    await writeFile(
      join(options.out, 'access-report.json'),
      `${JSON.stringify({ schemaVersion: 1, sources: [report] }, null, 2)}\n`,
    )
    process.stdout.write(`\nThe whole report: ${join(options.out, 'access-report.md')} and .json\n`)
    if (report.result === 'failed') return 2
    return report.summary.toMend > 0 ? 1 : 0
  } finally {
    await place.close()
  }
}

/** The report, and what Sophos Fusion said where that was asked for, in Markdown. */
async function callDoctor(
  place: Place,
  { sample, fusion, bucket }: DoctorOptions,
): Promise<{ report: SourceReport; ofFusion: string }> {
  const clock = startClock()
  const deadlines = interruptible(
    planDeadlines(clock.now(), bucket ? longestVisitToDeploymentMs : longestVisitMs),
  )
  const { end, ...progress } = showVisit(process.stderr)
  const { settings, store } = place
  let ofFusion = ''
  async function askFusion(client: SophosClient): Promise<void> {
    const { apiUrl, fusion } = settings
    try {
      ofFusion = `\n${await probeFusion({ client, apiUrl, fusionUrl: fusion.url, now: clock.now })}`
    } catch (error) {
      // What was learnt of the tenants before must not be lost by it.
      const why = error instanceof Error ? error.message : String(error)
      ofFusion = `\n## Sophos Fusion\n\nIt could not be asked: ${why}\n`
    }
  }
  try {
    const report = await runDoctor({
      ...progress,
      settings,
      store,
      version: manifest.version,
      deadlines,
      clock,
      random: Math.random,
      send: httpTransport(deadlines.requestTimeoutMs),
      readCredentials: place.readCredentials,
      sample,
      ...(fusion && { askMore: askFusion }),
    })
    if ('since' in report) throw new Error(`${formatLeaseTaken(report)} Try again then.`)
    await publishReport(store, report, progress.log)
    return { report, ofFusion }
  } finally {
    end()
  }
}

/** Ctrl-C is no reason to lose what there is: no further call is made, and the report is written. A second one kills. */
function interruptible({ lastCallAt, requestTimeoutMs }: Deadlines): Deadlines {
  let isInterrupted = false
  process.once('SIGINT', () => {
    isInterrupted = true
  })
  return {
    requestTimeoutMs,
    get lastCallAt() {
      return isInterrupted ? 0 : lastCallAt
    },
  }
}
