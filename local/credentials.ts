import { startClock } from '../lambda/clock.ts'
import { readSettings } from '../lambda/settings.ts'
import type { Credentials } from '../lambda/sophos/token.ts'
import { httpTransport } from '../lambda/sophos/transport.ts'
import { ownEnvironment } from './command-line.ts'
import { checkCredentials, formatChecked } from './credentials/check.ts'
import { formatManualSteps } from './credentials/keep.ts'
import { keepTrying } from './credentials/keep-trying.ts'
import { help, type Options, parseOptions } from './credentials/options.ts'
import { askCredentials, credentialsIn, pipedCredentials } from './credentials/take.ts'
import { openTarget, type Target } from './credentials/target.ts'
import { settingsIn } from './function-settings.ts'
import { type Keyboard, openKeyboard } from './keyboard/keyboard.ts'
import { print, printError } from './print.ts'

const requestTimeoutMs = 30_000
const environment = ownEnvironment()
const nothing = 'Nothing is stored.'
/** What holds if the user cancels. */
let state = nothing

try {
  const options = parseOptions(process.argv.slice(2), environment)
  if (options.help) print(help)
  else await atKeyboard(keyboard => run(options, keyboard))
} catch (error) {
  printError(error)
  process.exitCode = 1
}
// The open connections would keep the process alive.
process.exit()

/** Does the work with the keyboard of a terminal, from the start, so that nothing pasted too early is shown. */
async function atKeyboard(work: (keyboard: Keyboard | undefined) => Promise<void>): Promise<void> {
  if (!process.stdin.isTTY) return await work(undefined)
  const keyboard = openKeyboard(process.stdin, process.stderr, () => state)
  await keyboard.during(work(keyboard)).finally(keyboard.close)
}

async function run(options: Options, keyboard: Keyboard | undefined): Promise<void> {
  const given = credentialsIn(environment)
  const settings = readSettings({
    ...settingsIn(environment),
    SOPHOS_SECRET_ARN: 'none',
    DATA_BUCKET: 'none',
  })
  // Before the question: Sophos shows a secret only once, and one that cannot be stored would be lost.
  const target = options.print
    ? undefined
    : await openTarget(options).catch(cause =>
        giveUp('AWS is not ready, so nothing is stored', options, cause),
      )
  const credentials =
    given ?? (keyboard ? await askCredentials(keyboard) : await pipedCredentials(process.stdin))
  const checked = await checkCredentials(credentials, {
    settings,
    send: httpTransport(requestTimeoutMs),
    clock: startClock(),
    random: Math.random,
  })
  print(`${formatChecked(checked)}\n`)
  if (!target) {
    print(`${formatManualSteps(options.secretArn, options.region)}\n`)
    return
  }
  const store = () => storeIn(target, credentials)
  if (keyboard) await keepTrying(store, keyboard, process.stderr)
  else await store().catch(cause => giveUp('The credentials are not stored', options, cause))
  print(`The credentials are stored in ${target.secretArn}. The next run uses them.\n`)
}

async function storeIn(target: Target, credentials: Credentials): Promise<void> {
  state = 'It is not known whether the credentials are stored.'
  try {
    await target.store(credentials)
  } catch (error) {
    state = nothing
    throw error
  }
}

/** Throws the error again, with the steps to do by hand. */
function giveUp(what: string, { secretArn, region }: Options, cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause)
  throw new Error(`${what}: ${why}\n${formatManualSteps(secretArn, region)}`, { cause })
}
