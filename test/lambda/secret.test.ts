import { createServer } from 'node:http'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { classify } from '../../lambda/doctor/finding.ts'
import { readCredentials, regionOf, SecretError } from '../../lambda/secret.ts'
import { forLog } from '../../lambda/text/exits.ts'
import { listen } from '../../local/listen.ts'

const json = '{"clientId": "an id", "clientSecret": "a secret"}'
const base64 = (text: string) => Buffer.from(text).toString('base64')

async function read(value: Record<string, string>) {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify({ Name: 'sophos', ...value }))
  })
  const { url, close } = await listen(server, 0)
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
  try {
    return await readCredentials(
      new SecretsManagerClient({ endpoint: url, region: 'us-east-1', credentials }),
      'sophos',
    )
  } finally {
    await close()
  }
}

it.each([
  ['text', { SecretString: json }],
  ['text with a byte order mark', { SecretString: `\uFEFF${json}` }],
  ['bytes', { SecretBinary: base64(json) }],
  ['bytes with a byte order mark', { SecretBinary: base64(`\uFEFF${json}`) }],
])('credentials that are stored as %s are read', async (_, value) => {
  await expect(read(value)).resolves.toEqual({ clientId: 'an id', clientSecret: 'a secret' })
})

it.each([
  ['nothing', {}],
  ['bytes that are no text', { SecretBinary: base64('\xff\xfe\x00') }],
])('a secret that holds %s is refused with what to put into it', async (_, value) => {
  await expect(read(value)).rejects.toThrow(/The secret sophos holds no credentials\. Put \{"clientId"/)
})

const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:sophos-AbCdEf'

/** Reads a secret at a service that refuses. Returns the error. */
const refusalBy = (type: string, message: string): Promise<SecretError> =>
  failureWith(400, JSON.stringify({ __type: type, Message: message }))

async function failureWith(status: number, body: string): Promise<SecretError> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' }).end(body)
  })
  const { url, close } = await listen(server, 0)
  return await failureAt({ endpoint: url }).finally(close)
}

async function failureAt(config: ConstructorParameters<typeof SecretsManagerClient>[0]) {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
  const client = new SecretsManagerClient({ region: 'eu-west-1', credentials, maxAttempts: 1, ...config })
  const error = await readCredentials(client, arn).then(String, (thrown: unknown) => thrown)
  if (error instanceof SecretError) return error
  throw new Error(`It is no SecretError: ${error}`)
}

describe('a secret that AWS does not hand over', () => {
  it.each([
    ['AccessDeniedException', 'User: x is not authorized', `secretsmanager:GetSecretValue on ${arn}`],
    ['AccessDeniedException', 'Access to KMS is not allowed', "kms:Decrypt on the secret's key"],
    ['DecryptionFailure', "Secrets Manager can't decrypt the secret", "kms:Decrypt on the secret's key"],
    ['ResourceNotFoundException', "can't find the specified secret.", 'none in eu-west-1 of this account'],
    ['InvalidRequestException', 'The secret was marked for deletion.', 'restore-secret'],
    ['UnrecognizedClientException', 'The security token is invalid.', 'Sign in to AWS again'],
    ['ExpiredTokenException', 'The security token is expired', 'Sign in to AWS again'],
    ['InternalServiceError', 'An error occurred on the server side.', 'try again'],
  ])('because of %s (%s) is an error about AWS, the ARN and the remedy', async (type, message, remedy) => {
    const error = await refusalBy(type, message)
    expect(error.what).toBe(`AWS did not hand over the secret ${arn}: ${message.replace(/\.?$/, '.')}`)
    expect(error.remedy).toContain(remedy)
    expect(error.message).toBe(`${error.what} ${error.remedy}`)
    expect(error.message).not.toMatch(/Sophos Central|client ID/)
    expect(classify(error, 7)).toEqual({
      finding: 'no_secret',
      at: 7,
      message: error.what,
      remedy: error.remedy,
    })
  })

  it('but sends without JSON around it is not quoted', async () => {
    const error = await failureWith(200, 'c2e9a1f07b5d4e83')
    expect(error.what).toBe(`AWS did not hand over the secret ${arn}: its answer cannot be read.`)
    expect(JSON.stringify({ error }, forLog)).not.toContain('c2e9')
  })

  it('because nothing answers is an error about the network', async () => {
    const server = createServer()
    const { url, close } = await listen(server, 0)
    await close()
    expect((await failureAt({ endpoint: url })).remedy).toMatch(/network, DNS.* in eu-west-1\./)
  })

  it('because no region is set is an error about the region', async () => {
    const noRegion = () => Promise.reject(new Error('Region is missing'))
    expect((await failureAt({ region: noRegion })).remedy).toContain('Set AWS_REGION')
  })
})

it('the region of a secret is that of its ARN', () => {
  expect(regionOf(arn)).toBe('eu-west-1')
  expect(regionOf('sophos')).toBeUndefined()
})
