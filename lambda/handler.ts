import { setFlagsFromString } from 'node:v8'
import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { Context } from 'aws-lambda'
import manifest from '../package.json' with { type: 'json' }
import { startClock } from './clock.ts'
import type { RunContext, WorkContext } from './context.ts'
import { datasets } from './datasets/list.ts'
import { publishReport } from './doctor/publish.ts'
import { runDoctor } from './doctor/run-doctor.ts'
import { defaultSample } from './doctor/sample.ts'
import { announce } from './events/announce.ts'
import { eventBus } from './events/send.ts'
import { readInvocation } from './invocation.ts'
import { awsAgents } from './network/aws-agents.ts'
import { planDeadlines } from './pacing/deadlines.ts'
import type { LeaseTaken } from './run/lease.ts'
import { formatLeaseTaken } from './run/lease.ts'
import { recordMetrics } from './run/metrics.ts'
import { run } from './run/run.ts'
import { summaryOf } from './run/summary.ts'
import { readCredentials } from './secret.ts'
import { variable } from './settings/variable.ts'
import { readSettings } from './settings.ts'
import { httpTransport } from './sophos/transport.ts'
import { s3Store } from './state/store.ts'
import { forLog } from './text/exits.ts'

// Lambda gives the youngest objects up to 36 MB before they are cleared away. A run waits for the network most of the time,
// so clearing more often costs little, and keeps the peak of a run over 10,000 tenants 25 MB lower (test/bench). Lambda's
// own flags for Node take precedence over NODE_OPTIONS; this one works at run time.
setFlagsFromString('--semi-space-growth-factor=1')

const logger = new Logger({ serviceName: 'sophos-detections', jsonReplacerFn: forLog })
const metrics = new Metrics({ namespace: 'SophosDetections', serviceName: 'sophos-detections' })
// A call that hangs would otherwise hold up the publication. These end with the headers of an answer; what is to end with
// its last byte has a limit of its own (network/time-limit.ts).
const requestHandler = {
  connectionTimeout: 3_000,
  requestTimeout: 10_000,
  throwOnRequestTimeout: true,
  ...awsAgents(),
}
// Local stand-ins for S3 have no host for each bucket.
const s3 = new S3Client({
  requestHandler,
  forcePathStyle: variable(process.env, 'AWS_ENDPOINT_URL') !== undefined,
})
const secrets = new SecretsManagerClient({ requestHandler })

/** So that a run whose bucket hangs ends with an error that says so, before Lambda ends it without a word. */
const lastWordsMs = 1_000

/**
 * What Lambda invokes, on the schedule or by hand. Returns what the run, or the doctor, came to; throws, after
 * everything is published, where a run could collect nothing, so that the alarm rings.
 */
export async function handler(event: unknown, context: Context) {
  const { trigger, source, doctor } = readInvocation(event)
  const settings = readSettings(process.env, source)
  const clock = startClock()
  const endsAt = clock.now() + context.getRemainingTimeInMillis()
  const deadlines = planDeadlines(clock.now(), endsAt - clock.now())
  logger.addContext(context)
  const surroundings = {
    settings,
    version: manifest.version,
    deadlines,
    clock,
    random: Math.random,
    send: httpTransport(deadlines.requestTimeoutMs),
    store: s3Store(s3, settings.bucket, () => endsAt - lastWordsMs - clock.now()),
    readCredentials: () => readCredentials(secrets, settings.secretArn),
    log: logger,
  }
  return doctor ? callDoctor(surroundings, doctor.all) : collect({ ...surroundings, trigger })
}

async function collect(context: RunContext) {
  const { settings, store } = context
  const { demo, installation } = settings
  const announcing = { environment: process.env, openBus: eventBus, demo, installation, store, log: logger }
  const outcome = await run(context, datasets, published => announce(published, announcing))
  if (!('report' in outcome)) return skipped('run skipped', outcome)
  recordMetrics(metrics, outcome.report, settings.installation)
  const { result, message } = outcome.report
  const summary = summaryOf(outcome)
  if (result === 'failed') {
    logger.error('run failed', { ...summary, outcome: message })
    throw new RunFailedError(message)
  }
  logger.info('run ended', { ...summary, outcome: message })
  return { ...summary, message }
}

/** What the doctor finds, be it bad, is an answer and no failure of the function: it rings no alarm. */
async function callDoctor(surroundings: WorkContext, all: boolean) {
  const report = await runDoctor({
    ...surroundings,
    sample: all ? 'all' : defaultSample,
    onProgress: (examined, chosen) => logger.debug('tenants examined', { examined, chosen }),
  })
  if ('since' in report) return skipped('doctor skipped', report)
  await publishReport(surroundings.store, report, logger)
  const { result, message, calls, summary } = report
  logger.info('doctor ended', { result, calls, summary, outcome: message })
  return { result, calls, summary, message }
}

function skipped(fact: string, taken: LeaseTaken) {
  const message = formatLeaseTaken(taken)
  logger.info(fact, { outcome: message })
  return { result: 'skipped', message }
}

class RunFailedError extends Error {
  override readonly name = 'RunFailedError'
}
