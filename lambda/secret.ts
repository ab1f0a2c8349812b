import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as v from 'valibot'
import { within } from './network/time-limit.ts'
import { parseJson } from './schemas.ts'
import type { Credentials } from './sophos/token.ts'

const filled = v.pipe(v.string(), v.trim(), v.nonEmpty())
const secretSchema = v.object({ clientId: filled, clientSecret: filled })

/** With the client's own retries. */
const longestMs = 30_000

/**
 * Reads the Sophos credentials, stored as text or as bytes. Throws errors that say what to do and never quote the secret.
 */
export async function readCredentials(
  client: SecretsManagerClient,
  secretArn: string,
  limitMs = longestMs,
): Promise<Credentials> {
  const get = new GetSecretValueCommand({ SecretId: secretArn })
  const { SecretString, SecretBinary } = await within(limitMs, 'The answer of Secrets Manager', abortSignal =>
    client.send(get, { abortSignal }),
  ).catch((cause: unknown) => {
    throw new Error(
      `The secret ${secretArn} could not be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  })
  // Some editors begin a file with a byte order mark, and `TextDecoder` leaves one out.
  const text = new TextDecoder().decode(SecretBinary ?? Buffer.from(SecretString ?? ''))
  const parsed = v.safeParse(secretSchema, parseJson(text))
  if (parsed.success) return parsed.output
  throw new Error(
    `The secret ${secretArn} holds no credentials. Put {"clientId": "...", "clientSecret": "..."} into it, from Sophos Central, ` +
      'Global Settings > API Credentials Management.',
  )
}
