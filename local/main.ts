import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startAws } from './aws/server.ts'
import { ownEnvironment } from './command-line.ts'
import { credentialsFor } from './credentials/take.ts'
import { type LambdaHost, startLambda } from './lambda/host.ts'
import { help, type Options, parseOptions } from './options.ts'
import { toTable } from './table.ts'
import { showProgress } from './terminal.ts'
import { chooseUpstream, type Upstream } from './upstream.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const secretName = 'sophos-credentials'
/** As the stack sets it, close to Lambda's maximum. */
const timeoutMs = 870_000

try {
  const options = parseOptions(process.argv.slice(2), ownEnvironment())
  if (options.help) process.stdout.write(help)
  else await start(options)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
// After Ctrl-C, the timer of the next run would keep the process alive.
process.exit()

async function start(options: Options): Promise<void> {
  const credentials = await credentialsFor(options, process.env, process.stdin, process.stderr)
  const upstream = await chooseUpstream(process.env, credentials, options.tenants)
  // Each simulation has its own folder and deletes it at the end, because each has its own tenants.
  const isDemo = upstream.bucket === 'demo'
  const dataDir = join(root, '.data', isDemo ? `demo-${process.pid}` : '')
  const aws = await startAws({
    dir: dataDir,
    buckets: [upstream.bucket],
    secrets: { [secretName]: upstream.secret },
  })
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
  process.stderr.write(`${upstream.description}\n`)
  try {
    const work = options.once
      ? collectOnce(lambda, join(dataDir, upstream.bucket), options)
      : serve(aws.url, lambda, upstream, options.port)
    await Promise.race([work, interrupted()])
  } finally {
    await Promise.all([lambda.close(), aws.close(), upstream.close()])
    if (isDemo) await rm(dataDir, { recursive: true, force: true })
  }
}

/** Resolves at Ctrl-C, the normal way to end a dashboard. */
async function interrupted(): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM'] as const
  await Promise.race(signals.map(signal => new Promise(resolve => process.once(signal, resolve))))
  process.stderr.write('\n')
}

async function collectOnce(lambda: LambdaHost, folder: string, { exportDir }: Options): Promise<void> {
  const result = await lambda.invoke({})
  const csv = await readFile(join(folder, 'detections.csv'), 'utf8').catch(() => undefined)
  if (csv) process.stdout.write(toTable(csv))
  if (csv && exportDir) {
    await mkdir(exportDir, { recursive: true })
    await writeFile(join(exportDir, 'detections.csv'), csv)
  }
  if (!result.ok) throw new Error(result.errorMessage)
}

/**
 * Serves the page as the stack's distribution would, and invokes the function on its schedule until the process ends.
 */
async function serve(awsUrl: string, lambda: LambdaHost, upstream: Upstream, port: number): Promise<void> {
  // Loading it takes a second, and `--once` does not need it.
  const { startDashboard } = await import('./dashboard.ts')
  const { url } = await startDashboard({ awsUrl, bucket: upstream.bucket, port })
  process.stderr.write(`The dashboard: ${url}   (Ctrl-C to stop)\n`)
  for (;;) {
    const startedAt = Date.now()
    // The log and the page show the outcome of the run, failures included.
    await lambda.invoke({ trigger: 'schedule' })
    await sleep(Math.max(0, startedAt + upstream.refreshIntervalMs - Date.now()))
  }
}
