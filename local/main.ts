import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startAws } from './aws/server.ts'
import { type LambdaHost, startLambda } from './lambda/host.ts'
import { help, type Options, parseOptions } from './options.ts'
import { toTable } from './table.ts'
import { showProgress } from './terminal.ts'
import { chooseUpstream, type Upstream } from './upstream.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const secretName = 'sophos-credentials'
/** The longest that Lambda allows, as the stack sets it. */
const timeoutMs = 870_000

try {
  const options = parseOptions(process.argv.slice(2), process.env)
  if (options.help) process.stdout.write(help)
  else await start(options)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
// A schedule that was interrupted still waits for its next run.
process.exit()

async function start(options: Options): Promise<void> {
  const upstream = await chooseUpstream(process.env, options.tenants)
  // Each simulation has a folder of its own, for as long as it lasts: another one has other tenants.
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
  process.stderr.write(`${upstream.said}\n`)
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

/** Ctrl-C is how a dashboard is meant to be ended. */
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

/** Serves the page as the distribution declares it, and invokes the function on its schedule, until the process ends. */
async function serve(awsUrl: string, lambda: LambdaHost, upstream: Upstream, port: number): Promise<void> {
  // Loaded here because it takes a second, which a single run does not need.
  const { startDashboard } = await import('./dashboard.ts')
  const { url } = await startDashboard({ awsUrl, bucket: upstream.bucket, port })
  process.stderr.write(`The dashboard: ${url}   (Ctrl-C ends it)\n`)
  for (;;) {
    const startedAt = Date.now()
    // What a run came to, failures included, is in its log and on the page.
    await lambda.invoke({ trigger: 'schedule' })
    await sleep(Math.max(0, startedAt + upstream.refreshIntervalMs - Date.now()))
  }
}
