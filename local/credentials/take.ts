import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Credentials } from '../../lambda/sophos/token.ts'
import { askHidden } from '../users/ask-hidden.ts'

/**
 * Returns the credentials from the environment, from two lines of a pipe, or from a prompt on the terminal, which does
 * not show the secret. Throws if the ID or the secret is missing.
 */
export async function takeCredentials(
  environment: Readonly<Record<string, string | undefined>>,
  input: Readable & { readonly isTTY?: boolean },
  output: Writable,
): Promise<Credentials> {
  const { SOPHOS_CLIENT_ID = '', SOPHOS_CLIENT_SECRET = '' } = environment
  if (SOPHOS_CLIENT_ID || SOPHOS_CLIENT_SECRET)
    return checked({ clientId: SOPHOS_CLIENT_ID, clientSecret: SOPHOS_CLIENT_SECRET })
  if (!input.isTTY) {
    const [clientId = '', clientSecret = ''] = (await text(input)).split(/\r?\n/)
    return checked({ clientId, clientSecret })
  }
  const reader = createInterface({ input, output })
  const clientId = await reader.question('Client ID: ').finally(() => reader.close())
  const clientSecret = await askHidden('Client secret (not shown): ', input, output).catch(
    (cause: unknown) => {
      throw new Error('No client secret was given. Nothing is stored.', { cause })
    },
  )
  return checked({ clientId, clientSecret })
}

function checked({ clientId, clientSecret }: Credentials): Credentials {
  const credentials = { clientId: clientId.trim(), clientSecret: clientSecret.trim() }
  const missing = [
    ...(credentials.clientId ? [] : ['the client ID (SOPHOS_CLIENT_ID, or the first line)']),
    ...(credentials.clientSecret ? [] : ['the client secret (SOPHOS_CLIENT_SECRET, or the second line)']),
  ]
  if (missing.length > 0) throw new Error(`Missing: ${missing.join(' and ')}. Nothing is stored.`)
  return credentials
}
