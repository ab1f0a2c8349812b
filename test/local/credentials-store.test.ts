import { createServer } from 'node:http'
import { PassThrough, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepTrying } from '../../local/credentials/keep-trying.ts'
import { parseOptions } from '../../local/credentials/options.ts'
import { openTarget } from '../../local/credentials/target.ts'
import { openKeyboard } from '../../local/keyboard/keyboard.ts'
import { listen } from '../../local/listen.ts'
import { type Simulator, startSimulator } from '../../local/simulator/server.ts'
import { atTerminal, hasTerminals } from './keyboard/pseudo-terminal.ts'

const command = fileURLToPath(new URL('../../local/credentials.ts', import.meta.url))
const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:own-AbCdEf'

type Refusal = { readonly type: string; readonly message: string }
const denied: Refusal = { type: 'AccessDeniedException', message: 'User: x is not authorized' }
const noValue: Refusal = {
  type: 'InvalidRequestException',
  message: 'You must provide either SecretString or SecretBinary.',
}

/**
 * AWS as far as the command speaks to it: what it answers to a write without a value, to the question whether the secret is
 * there, and then to each value.
 */
let checks: Refusal[]
let described: Refusal | { readonly DeletedDate?: number }
let writes: (Refusal | undefined)[]
let stack: { readonly status: number; readonly body: string }
let stored: string[]
let regions: string[]
let aws: { url: string; close: () => Promise<void> }
let simulator: Simulator

const stackWith = (output: string): typeof stack => ({
  status: 200,
  body: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>S</StackName><Outputs><member><OutputKey>${output}</OutputKey><OutputValue>${arn}</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
})
const stackError = (code: string, message: string): typeof stack => ({
  status: 400,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
})

beforeEach(async () => {
  checks = [noValue]
  described = {}
  writes = [undefined]
  stack = stackWith('SecretArn')
  stored = []
  regions = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const [, region = ''] = /Credential=[^/]+\/\d+\/([^/]+)/.exec(request.headers.authorization ?? '') ?? []
    const target = request.headers['x-amz-target']
    if (target === undefined) return void response.writeHead(stack.status).end(stack.body)
    regions.push(region)
    const { SecretString } = JSON.parse(body)
    if (target === 'secretsmanager.DescribeSecret') {
      response.writeHead('type' in described ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
      const json = 'type' in described ? { __type: described.type, Message: described.message } : described
      return void response.end(JSON.stringify(json))
    }
    const refusal = SecretString === undefined ? (checks.shift() ?? noValue) : writes.shift()
    if (SecretString !== undefined && !refusal) stored.push(SecretString)
    const json = refusal ? { __type: refusal.type, Message: refusal.message } : { ARN: arn }
    response.writeHead(refusal ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(json))
  })
  aws = await listen(server, 0)
  simulator = await startSimulator({ tenants: 1, rateLimits: '2000/s' })
})
afterEach(() => Promise.all([aws.close(), simulator.close()]))

const environment = () => ({
  PATH: process.env.PATH,
  HOME: '/nowhere',
  AWS_ENDPOINT_URL: aws.url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
  SOPHOS_ID_URL: simulator.url,
  SOPHOS_API_URL: simulator.url,
})

describe.skipIf(!hasTerminals)('npm run credentials at a real terminal', () => {
  const asks = 'Client ID: '

  it('shows nothing of a secret that is pasted together with the ID, and stores it', async () => {
    const { screen, code } = await atTerminal([command], environment(), [
      [asks, 'demo-client\rdemo-secret\r'],
    ])
    expect(screen).toContain('Client ID: demo-client')
    expect(screen).not.toContain('demo-secret')
    expect(stored).toEqual(['{"clientId":"demo-client","clientSecret":"demo-secret"}'])
    expect(code).toBe(0)
    // The secret's own region, not that of the environment.
    expect(new Set(regions)).toEqual(new Set(['eu-west-1']))
  })

  it('ends at Ctrl-C with the sentence that nothing is stored', async () => {
    const { screen, code } = await atTerminal([command], environment(), [[asks, 'demo-client\rhalf\u0003']])
    expect(screen).toMatch(/Nothing is stored\.\s*$/)
    expect(screen).not.toContain('half')
    expect(code).toBe(1)
    expect(stored).toEqual([])
  })

  it('does not lose what was typed if AWS refuses it in the end: Enter tries again', async () => {
    writes = [denied, undefined]
    const { screen, code } = await atTerminal([command], environment(), [
      [asks, 'demo-client\rdemo-secret\r'],
      ['Enter tries again', '\r'],
    ])
    expect(screen).toContain(`The role needs secretsmanager:PutSecretValue on ${arn}.`)
    expect(screen).toContain(`The credentials are stored in ${arn}.`)
    expect(screen).not.toContain('demo-secret')
    expect(stored).toHaveLength(1)
    expect(code).toBe(0)
  })

  it('asks for nothing if AWS cannot store it', async () => {
    checks = [denied]
    const { screen, code } = await atTerminal([command], environment(), [])
    expect(screen).toContain(`The role needs secretsmanager:PutSecretValue on ${arn}.`)
    expect(screen).not.toContain(asks)
    expect(code).toBe(1)
    expect(simulator.log).toEqual([])
  })
})

describe('before the question', () => {
  const open = (args: readonly string[] = []) => {
    for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value)
    return openTarget(parseOptions(args))
  }
  afterEach(() => vi.unstubAllEnvs())

  it('the secret is found in the stack, and nothing is written', async () => {
    await expect(open()).resolves.toMatchObject({ secretArn: arn })
    expect(stored).toEqual([])
    expect(regions).toEqual(['eu-west-1', 'eu-west-1'])
  })

  it.each<[string, Refusal, string]>([
    ['the right', denied, `The role needs secretsmanager:PutSecretValue on ${arn}.`],
    [
      'the right on the key',
      { type: 'AccessDeniedException', message: 'Access to KMS is not allowed' },
      'The role needs kms:GenerateDataKey and kms:Decrypt',
    ],
    [
      'the secret',
      { type: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret." },
      'There is no such secret in eu-west-1 of this account.',
    ],
    [
      'a secret that is not deleted',
      { type: 'InvalidRequestException', message: 'The secret was marked for deletion.' },
      `aws secretsmanager restore-secret --secret-id ${arn}`,
    ],
  ])('%s is missed', async (_, refusal, remedy) => {
    checks = [refusal]
    await expect(open(['--secret', arn])).rejects.toThrow(remedy)
  })

  it.each<[string, typeof described, string | undefined]>([
    [
      'a secret',
      { type: 'ResourceNotFoundException', message: 'gone' },
      'There is no such secret in eu-west-1',
    ],
    ['a secret that is not deleted', { DeletedDate: 1_790_000_000 }, 'aws secretsmanager restore-secret'],
    ['the right to see the secret, which storing does not need,', denied, undefined],
  ])('%s is missed, though AWS first misses the value', async (_, answer, remedy) => {
    described = answer
    if (remedy) await expect(open()).rejects.toThrow(remedy)
    else await expect(open()).resolves.toMatchObject({ secretArn: arn })
  })

  it.each<[string, typeof stack, string]>([
    [
      'valid AWS credentials',
      stackError('ExpiredToken', 'The security token included in the request is expired'),
      'Sign in as for the AWS command line',
    ],
    [
      'the right to read the stack',
      stackError('AccessDenied', 'User: x is not authorized'),
      'The role needs cloudformation:DescribeStacks.',
    ],
    [
      'the stack',
      stackError('ValidationError', 'Stack with id SophosDetectionsDashboard does not exist'),
      'There is no stack SophosDetectionsDashboard in us-east-1 of this account.',
    ],
    ['its output', stackWith('Url'), 'The stack SophosDetectionsDashboard has no output SecretArn'],
  ])('%s is missed', async (_, answer, remedy) => {
    stack = answer
    await expect(open()).rejects.toThrow(remedy)
  })
})

it('what AWS, or a gateway before it, repeats of credentials that it refuses to store is not shown', async () => {
  for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value)
  const clientSecret = 'c2e9a1f07b5d4e83'
  const echo = JSON.stringify(JSON.stringify({ clientSecret: [...clientSecret].join('\u200b') }))
  writes = [{ ...denied, message: `Refused: ${clientSecret} ${echo} ${btoa(clientSecret)}` }]
  const { store } = await openTarget(parseOptions(['--secret', arn]))
  const error = await store({ clientId: 'demo-client', clientSecret }).catch((thrown: unknown) => thrown)
  vi.unstubAllEnvs()
  expect(String(error)).toMatch(
    /^Error: Refused: \*\*\* .*\*\*\*.* \*\*\*.* The role needs secretsmanager:PutSecretValue/,
  )
  expect(String(error)).not.toContain(clientSecret.slice(0, 12))
  expect(error).not.toHaveProperty('cause')
})

describe('typed credentials', () => {
  it('are kept until they are stored, however often that fails', async () => {
    const input = new PassThrough()
    const shown: string[] = []
    const output = new Writable({ write: (chunk, _, done) => done(void shown.push(String(chunk))) })
    const keyboard = openKeyboard(input, output, () => 'Nothing is stored.')
    let tries = 0
    const stored = keepTrying(
      async () => {
        tries += 1
        if (tries < 3) throw new Error(`no right ${tries}`)
      },
      keyboard,
      output,
    )
    input.write('\r\r')
    await stored
    expect(tries).toBe(3)
    expect(shown.join('')).toMatch(/not stored: no right 1\n[\s\S]*not stored: no right 2\n/)
  })

  it('are given up at Ctrl-C', async () => {
    const input = new PassThrough()
    const keyboard = openKeyboard(input, new PassThrough(), () => 'Nothing is stored.')
    const stored = keepTrying(() => Promise.reject(new Error('no right')), keyboard, new PassThrough())
    input.write('\u0003')
    await expect(stored).rejects.toThrow('Nothing is stored.')
  })
})

it('--region that is not the region of the ARN is refused: a secret has one region', () => {
  expect(() => parseOptions(['--secret', arn, '--region', 'us-east-1'])).toThrow(
    /^--region us-east-1: the secret is in eu-west-1/,
  )
  expect(parseOptions(['--secret', arn]).region).toBe('eu-west-1')
  expect(parseOptions(['--secret', arn, '--region', 'eu-west-1']).region).toBe('eu-west-1')
})
