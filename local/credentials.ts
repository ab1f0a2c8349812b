import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { startClock } from '../lambda/clock.ts'
import { awsAgents } from '../lambda/network/aws-agents.ts'
import { readSettings } from '../lambda/settings.ts'
import { httpTransport } from '../lambda/sophos/transport.ts'
import { checkCredentials, formatChecked } from './credentials/check.ts'
import { findSecret, formatManualSteps, storeCredentials } from './credentials/keep.ts'
import { help, type Options, parseOptions } from './credentials/options.ts'
import { takeCredentials } from './credentials/take.ts'

const requestTimeoutMs = 30_000

try {
  const options = parseOptions(process.argv.slice(2), process.env)
  if (options.help) process.stdout.write(help)
  else await run(options)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
// The open connections would keep the process alive.
process.exit()

async function run(options: Options): Promise<void> {
  const { SOPHOS_ID_URL, SOPHOS_API_URL } = process.env
  const settings = readSettings({ SOPHOS_ID_URL, SOPHOS_API_URL, SOPHOS_SECRET_ARN: '-', DATA_BUCKET: '-' })
  const credentials = await takeCredentials(process.env, process.stdin, process.stderr)
  const checked = await checkCredentials(credentials, {
    settings,
    send: httpTransport(requestTimeoutMs),
    clock: startClock(),
    random: Math.random,
  })
  process.stdout.write(`${formatChecked(checked)}\n`)
  if (options.print) {
    process.stdout.write(`${formatManualSteps(options.secretArn, options.region)}\n`)
    return
  }
  const client = { region: options.region, requestHandler: awsAgents() }
  try {
    const secretArn = options.secretArn ?? (await findSecret(new CloudFormationClient(client), options.stack))
    await storeCredentials(new SecretsManagerClient(client), secretArn, credentials)
    process.stdout.write(`The credentials are stored in ${secretArn}. The next run uses them.\n`)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `The credentials are not stored: ${why}\n${formatManualSteps(options.secretArn, options.region)}`,
      { cause },
    )
  }
}
