import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as v from 'valibot'
import { parseJson } from './schemas.ts'
import type { Credentials } from './sophos/token.ts'

const filled = v.pipe(v.string(), v.trim(), v.nonEmpty())
const secretSchema = v.object({ clientId: filled, clientSecret: filled })

/** Reads the Sophos credentials. Throws errors that say what to do and never quote the secret. */
export async function readCredentials(client: SecretsManagerClient, secretArn: string): Promise<Credentials> {
  const { SecretString } = await client
    .send(new GetSecretValueCommand({ SecretId: secretArn }))
    .catch((cause: unknown) => {
      throw new Error(
        `The secret ${secretArn} could not be read: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      )
    })
  const parsed = v.safeParse(secretSchema, parseJson(SecretString))
  if (parsed.success) return parsed.output
  throw new Error(
    `The secret ${secretArn} holds no credentials. Put {"clientId": "...", "clientSecret": "..."} into it, from Sophos Central, ` +
      'Global Settings > API Credentials Management.',
  )
}
