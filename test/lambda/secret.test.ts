import { createServer } from 'node:http'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { expect, it } from 'vitest'
import { readCredentials } from '../../lambda/secret.ts'
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
