import { join } from 'node:path'
import { startClock } from '../lambda/clock.ts'
import { publishReport } from '../lambda/doctor/publish.ts'
import type { SourceReport } from '../lambda/doctor/report.ts'
import { runDoctor } from '../lambda/doctor/run-doctor.ts'
import { type Deadlines, planDeadlines } from '../lambda/pacing/deadlines.ts'
import { formatLeaseTaken } from '../lambda/run/lease.ts'
import type { SophosClient } from '../lambda/sophos/client.ts'
import { httpTransport } from '../lambda/sophos/transport.ts'
import { forMarkdown, toPlainJson } from '../lambda/text/exits.ts'
import manifest from '../package.json' with { type: 'json' }
import { ownEnvironment } from './command-line.ts'
import { credentialsFor } from './credentials/take.ts'
import { toMarkdown } from './doctor/markdown.ts'
import { type DoctorOptions, help, parseOptions } from './doctor/options.ts'
import { choosePlace, type Place } from './doctor/place.ts'
import { showDoctorProgress } from './doctor/progress.ts'
import { toTerminal } from './doctor/table.ts'
import { probeFusion } from './fusion/probe.ts'
import { withoutIds } from './fusion/shape.ts'
import { print, printError } from './print.ts'
import { makePrivateFolder, replacePrivateFiles } from './private-files.ts'

/** Long enough for all tenants of a large estate at the enforced limits; the recommended limits end it sooner. */
const longestMs = 24 * 3_600_000
/** Scheduled runs are skipped meanwhile. On a schedule of five minutes, three skipped runs in a row raise an alarm. */
const longestOnDeploymentMs = 10 * 60_000

const environment = ownEnvironment()

try {
  const options = parseOptions(process.argv.slice(2), environment)
  if (options.help) print(help)
  else process.exitCode = await examine(options)
} catch (error) {
  printError(error)
  process.exitCode = 2
}
// The open connections would keep the process alive for a while.
process.exit()

async function examine(options: DoctorOptions): Promise<number> {
  // Now rather than after an hour of calls.
  makePrivateFolder(options.out)
  const credentials = options.secretArn
    ? undefined
    : await credentialsFor(options, environment, process.stdin, process.stderr)
  const place = await choosePlace(options, environment, credentials)
  print(`${place.description}\n`, process.stderr)
  try {
    const { report, fusionReport } = await callDoctor(place, options)
    print(toTerminal(report) + fusionReport)
    // They name tenants, so other users get no right to read them.
    replacePrivateFiles(
      [
        [join(options.out, 'access-report.md'), toMarkdown(report) + fusionReport],
        [
          join(options.out, 'access-report.json'),
          `${toPlainJson({ schemaVersion: 1, sources: [report] }, 2)}\n`,
        ],
      ],
      options.out,
    )
    print(`\nFull report: ${join(options.out, 'access-report.md')} and .json\n`)
    if (report.result === 'failed') return 2
    return report.summary.toMend > 0 ? 1 : 0
  } finally {
    await place.close()
  }
}

/** Returns the report, and the Markdown of the Sophos Fusion probe, empty without `--fusion`. */
async function callDoctor(
  place: Place,
  { sample, fusion, bucket }: DoctorOptions,
): Promise<{ report: SourceReport; fusionReport: string }> {
  const clock = startClock()
  const deadlines = interruptible(planDeadlines(clock.now(), bucket ? longestOnDeploymentMs : longestMs))
  const { end, ...progress } = showDoctorProgress(process.stderr)
  const { settings, store } = place
  let fusionReport = ''
  async function askFusion(client: SophosClient): Promise<void> {
    const { apiUrl, fusion } = settings
    try {
      fusionReport = `\n${await probeFusion({ client, apiUrl, fusionUrl: fusion.url, now: clock.now })}`
    } catch (error) {
      // The findings about the tenants must not be lost with it.
      const why = error instanceof Error ? error.message : String(error)
      fusionReport = `\n## Sophos Fusion\n\nThe probe failed: ${forMarkdown(withoutIds(why))}\n`
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
    return { report, fusionReport }
  } finally {
    end()
  }
}

/** The first Ctrl-C stops further calls, so that the report is still written. A second one ends the process at once. */
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
