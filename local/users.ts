import { randomBytes, randomInt } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore'
import { awsAgents } from '../lambda/network/aws-agents.ts'
import { ownEnvironment } from './command-line.ts'
import { openKeyboard } from './keyboard/keyboard.ts'
import { print } from './print.ts'
import { explain } from './users/explain.ts'
import { findStore } from './users/find-store.ts'
import { manageUsers } from './users/manage.ts'
import { help, type Options, parseOptions } from './users/options.ts'
import { userStore } from './users/user-store.ts'

try {
  const options = parseOptions(process.argv.slice(2), ownEnvironment())
  print(options.help ? help : await run(options))
} catch (error) {
  print(`${explain(error)}\n`, process.stderr)
  process.exitCode = 1
}

async function run(options: Options): Promise<string> {
  const { region } = options
  const requestHandler = awsAgents()
  const arn =
    options.store ?? (await findStore(new CloudFormationClient({ region, requestHandler }), options.stack))
  // The store has one address for all regions, but the client needs a region.
  const client = new CloudFrontKeyValueStoreClient({ region: region ?? 'us-east-1', requestHandler })
  return await manageUsers(options, {
    store: userStore(client, arn),
    givenPassword: () => givenPassword(options),
    randomBytes,
    randomInt,
    today: new Date().toISOString().slice(0, 10),
  })
}

async function givenPassword({ name, password }: Options): Promise<string> {
  if (password === 'stdin') return (await text(process.stdin)).replace(/\r?\n$/, '')
  if (!process.stdin.isTTY)
    throw new Error('--ask-password needs a terminal. In scripts, use --password-stdin.')
  const cancelled = () => 'No password was given. Nothing was changed.'
  const keyboard = openKeyboard(process.stdin, process.stderr, cancelled)
  try {
    const first = await keyboard.ask(`Password for ${name}: `, 'hidden')
    const again = await keyboard.ask('Repeat it: ', 'hidden')
    if (first !== again) throw new Error('The two passwords differ. Nothing was changed.')
    return first
  } finally {
    keyboard.close()
  }
}
