import type { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type Environment, variable } from '../../lambda/settings/variable.ts'
import type { Credentials } from '../../lambda/sophos/token.ts'
import { type Keyboard, openKeyboard, type Terminal } from '../keyboard/keyboard.ts'

/** Returns the credentials in the environment; undefined if there are none. Throws if there is only half of them. */
export function credentialsIn(environment: Environment): Credentials | undefined {
  const clientId = variable(environment, 'SOPHOS_CLIENT_ID')
  const clientSecret = variable(environment, 'SOPHOS_CLIENT_SECRET')
  if (clientId && clientSecret) return { clientId, clientSecret }
  if (!clientId && !clientSecret) return undefined
  throw new Error(
    'Only one of SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET is set. Set both for the real Sophos Central, or neither.',
  )
}

/** Asks for the credentials, and does not show the secret. Throws if the user gives none, or cancels. */
export async function askCredentials(keyboard: Keyboard): Promise<Credentials> {
  const clientId = await keyboard.ask('Client ID: ', 'shown')
  return complete(clientId, await keyboard.ask('Client secret (not shown): ', 'hidden'))
}

/** Reads the credentials from the two lines of a pipe. Throws if one is missing. */
export async function pipedCredentials(input: Terminal): Promise<Credentials> {
  const [clientId = '', clientSecret = ''] = (await text(input)).split(/\r?\n/)
  return complete(clientId, clientSecret)
}

/**
 * Returns the credentials for a command: with `--ask` those that the user types, or the two lines of a pipe; else those in
 * the environment, if any.
 */
export async function credentialsFor(
  { ask }: { readonly ask: boolean },
  environment: Environment,
  input: Terminal,
  output: Writable,
): Promise<Credentials | undefined> {
  const given = credentialsIn(environment)
  if (!ask) return given
  if (given)
    throw new Error('SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET are set. Unset them, or leave out --ask.')
  if (!input.isTTY) return await pipedCredentials(input)
  const keyboard = openKeyboard(input, output, () => 'No credentials were given. Nothing was started.')
  return await askCredentials(keyboard).finally(keyboard.close)
}

function complete(id: string, secret: string): Credentials {
  const credentials = { clientId: id.trim(), clientSecret: secret.trim() }
  const missing = [
    ...(credentials.clientId ? [] : ['the client ID (the first line)']),
    ...(credentials.clientSecret ? [] : ['the client secret (the second line)']),
  ]
  if (missing.length > 0) throw new Error(`Missing: ${missing.join(' and ')}. Nothing was done.`)
  return credentials
}
