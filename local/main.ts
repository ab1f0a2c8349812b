import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startAws } from './aws/server.ts'
import { ownEnvironment } from './command-line.ts'
import { credentialsFor } from './credentials/take.ts'
import { type LambdaHost, startLambda } from './lambda/host.ts'
import { help, type Options, parseOptions } from './options.ts'
import { print, printError } from './print.ts'
import { openPrivateFolder, replacePrivateFiles } from './private-files.ts'
import { toTable } from './table.ts'
import { showProgress } from './terminal.ts'
import { chooseUpstream, type Upstream } from './upstream.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const figures = join(root, '.data')
const secretName = 'sophos-credentials'
/** As the stack sets it, close to Lambda's maximum. */
const timeoutMs = 870_000

try {
  const options = parseOptions(process.argv.slice(2), ownEnvironment())
  if (options.help) print(help)
  else await start(options)
} catch (error) {
  printError(error)
  process.exitCode = 1
}
// After Ctrl-C, the timer of the next run would keep the process alive.
process.exit()

async function start(options: Options): Promise<void> {
  const credentials = await credentialsFor(options, process.env, process.stdin, process.stderr)
  const interruption = interrupted()
  await using open = new AsyncDisposableStack()
  const upstream = await chooseUpstream(process.env, credentials, options.tenants)
  open.defer(upstream.close)
  const warning = openPrivateFolder(figures)
  if (warning) print(`${warning}\n`, process.stderr)
  // Each simulation has its own folder and deletes it at the end, because each has its own tenants.
  const isDemo = upstream.bucket === 'demo'
  const dataDir = join(figures, isDemo ? `demo-${process.pid}` : '')
  if (isDemo) open.defer(() => rm(dataDir, { recursive: true, force: true }))
  const aws = await startAws({
    dir: dataDir,
    buckets: [upstream.bucket],
    secrets: { [secretName]: upstream.secret },
  })
  open.defer(aws.close)
  const lambda = await startLambda({
    bundle: join(root, 'dist/lambda/index.mjs'),
    timeoutMs,
    memoryMb: 256,
    onLog: showProgress(process.stderr),
    env: {
      ...upstream.settings,
      AWS_ENDPOINT_URL: aws.url,
      DATA_BUCKET: upstream.bucket,
      SOPHOS_SECRET_ARN: secretName,
      POWERTOOLS_LOG_LEVEL: 'DEBUG',
    },
  })
  open.defer(lambda.close)
  print(`${upstream.description}\n`, process.stderr)
  const work = options.once
    ? collectOnce(lambda, join(dataDir, upstream.bucket), options)
    : serve(aws.url, lambda, upstream, options.port)
  await Promise.race([work, interruption])
}

/** Resolves at Ctrl-C, the normal way to end a dashboard, and when its terminal is closed. */
async function interrupted(): Promise<void> {
  await new Promise<unknown>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
    // Both the system and the shell may send it, and the second must not end the work of ending.
    process.on('SIGHUP', resolve)
    // A closed terminal takes no output. Without this, the first line would end the process at once.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', resolve)
  })
  print('\n', process.stderr)
}

async function collectOnce(lambda: LambdaHost, folder: string, { exportDir }: Options): Promise<void> {
  const result = await lambda.invoke({})
  const csv = await readFile(join(folder, 'detections.csv'), 'utf8').catch(() => undefined)
  if (csv) print(toTable(csv))
  if (csv && exportDir) replacePrivateFiles([[join(exportDir, 'detections.csv'), csv]], exportDir)
  if (result.ok) return
  // Why a run failed is on the screen already, from the log. What ended the function itself is in no log.
  if (result.errorType !== 'RunFailedError') throw new Error(result.errorMessage)
  process.exitCode = 1
}

/**
 * Serves the page as the stack's distribution would, and invokes the function on its schedule until the process ends.
 */
async function serve(awsUrl: string, lambda: LambdaHost, upstream: Upstream, port: number): Promise<void> {
  // Loading it takes a second, and `--once` does not need it.
  const { startDashboard } = await import('./dashboard.ts')
  const { url } = await startDashboard({ awsUrl, bucket: upstream.bucket, port })
  print(`The dashboard: ${url}   (Ctrl-C to stop)\n`, process.stderr)
  for (;;) {
    const startedAt = Date.now()
    // The log and the page show the outcome of the run, failures included.
    await lambda.invoke({ trigger: 'schedule' })
    await sleep(Math.max(0, startedAt + upstream.refreshIntervalMs - Date.now()))
  }
}
