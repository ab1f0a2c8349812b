import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as v from 'valibot'
import { type AwsTrouble, awsTrouble } from './network/aws-trouble.ts'
import { within } from './network/time-limit.ts'
import { parseJson } from './schemas.ts'
import type { Credentials } from './sophos/token.ts'
import { plainText } from './text/plain.ts'

const filled = v.pipe(v.string(), v.trim(), v.nonEmpty())
const secretSchema = v.object({ clientId: filled, clientSecret: filled })

/** With the client's own retries. */
const longestMs = 30_000

/** AWS did not hand over the secret, or it holds no credentials. Sophos was not asked. It never quotes the secret. */
export class SecretError extends Error {
  override readonly name = 'SecretError'
  readonly what: string
  /** What to do about it, in whole sentences. */
  readonly remedy: string

  constructor(what: string, remedy: string, options?: ErrorOptions) {
    super(`${what} ${remedy}`, options)
    this.what = what
    this.remedy = remedy
  }
}

/** Reads the Sophos credentials, stored as text or as bytes. Throws SecretError. */
export async function readCredentials(
  client: SecretsManagerClient,
  secretArn: string,
  limitMs = longestMs,
): Promise<Credentials> {
  const get = new GetSecretValueCommand({ SecretId: secretArn })
  const { SecretString, SecretBinary } = await within(limitMs, 'The answer of Secrets Manager', abortSignal =>
    client.send(get, { abortSignal }),
  ).catch((cause: unknown) => {
    throw unreadable(cause, secretArn)
  })
  // Some editors begin a file with a byte order mark, and `TextDecoder` leaves one out.
  const text = new TextDecoder().decode(SecretBinary ?? Buffer.from(SecretString ?? ''))
  const parsed = v.safeParse(secretSchema, parseJson(text))
  if (parsed.success) return parsed.output
  throw new SecretError(
    `The secret ${secretArn} holds no credentials.`,
    'Put {"clientId": "...", "clientSecret": "..."} into it, from Sophos Central, Global Settings > API Credentials ' +
      'Management. `npm run credentials` does it.',
  )
}

/** The region in the ARN of a secret; undefined for a name. A secret can be read in its own region only. */
export const regionOf = (secret: string): string | undefined =>
  /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secret)?.[1]

function unreadable(cause: unknown, secretArn: string): SecretError {
  // The parser of JSON quotes what it cannot read, and that may be the secret.
  const isNoJson = cause instanceof SyntaxError
  const said = cause instanceof Error ? cause.message || cause.name : String(cause)
  const why = isNoJson ? 'its answer cannot be read' : plainText(said)
  const what = `AWS did not hand over the secret ${secretArn}: ${why.replace(/\.?$/, '.')}`
  const place = regionOf(secretArn) ?? 'the region of the environment'
  return new SecretError(what, remedies[awsTrouble(cause)](secretArn, place), isNoJson ? {} : { cause })
}

const remedies: Readonly<Record<AwsTrouble, (secret: string, region: string) => string>> = {
  sign_in: () => 'The AWS credentials are missing, wrong or expired. Sign in to AWS again.',
  denied: secret => `The role that reads it needs secretsmanager:GetSecretValue on ${secret}.`,
  key: () => "The role needs kms:Decrypt on the secret's key, and that key has to be enabled.",
  missing: (_, region) =>
    `There is none in ${region} of this account. Compare the ARN with the output SecretArn of the stack, and the account.`,
  deleted: secret => `Restore it: aws secretsmanager restore-secret --secret-id ${secret}`,
  region: () => 'Set AWS_REGION to the region of the secret, or name the secret by its ARN.',
  network: (_, region) =>
    `Check the network, DNS and the proxy between here and Secrets Manager in ${region}.`,
  other: () => 'Sophos was not asked. Check the secret in AWS Secrets Manager, and try again.',
}
