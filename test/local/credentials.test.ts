import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAws } from '../../local/aws/server.ts'
import type { SimulatorOptions } from '../../local/simulator/options.ts'
import { type Simulator, startSimulator } from '../../local/simulator/server.ts'

const command = fileURLToPath(new URL('../../local/credentials.ts', import.meta.url))
const good = { SOPHOS_CLIENT_ID: 'demo-client', SOPHOS_CLIENT_SECRET: 'demo-secret' }
const emea = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:emea-AbCdEf'
const own = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:own-AbCdEf'
const placeholder = '{"clientId":"","clientSecret":""}'

let dir: string
let aws: Awaited<ReturnType<typeof startAws>>
let simulator: Simulator
const simulators: Simulator[] = []

async function simulate(options: SimulatorOptions): Promise<Simulator> {
  const started = await startSimulator({ rateLimits: '2000/s', ...options })
  simulators.push(started)
  return started
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'credentials-'))
  aws = await startAws({
    dir,
    secrets: { [own]: placeholder, [emea]: placeholder },
    stacks: { SophosDetectionsDashboard: { SecretArn: own }, Other: { Url: 'x' } },
  })
  simulator = await simulate({ tenants: [{ name: 'Baker Ltd' }, { name: 'Smith\u0007 & Co' }, 210] })
})
afterAll(async () => {
  await Promise.all([aws.close(), ...simulators.map(({ close }) => close())])
  await rm(dir, { recursive: true })
})

/** Runs the command as an operator does. Returns its output and exit code. */
async function run(
  args: readonly string[],
  {
    env = {},
    input = '',
    sophos = simulator.url,
  }: { env?: Record<string, string>; input?: string; sophos?: string },
) {
  const child = spawn(process.execPath, [command, ...args], {
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_EC2_METADATA_DISABLED: 'true',
      SOPHOS_ID_URL: sophos,
      SOPHOS_API_URL: sophos,
      ...env,
    },
  })
  child.stdin.end(input)
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  expect(out + err).not.toContain('demo-secret')
  expect(out + err).not.toMatch(/bearer|access_token|^\s+at /im)
  return { out, err, code }
}

describe('working credentials', () => {
  it("are printed with their account, and stored in the stack's secret", async () => {
    const { out, code } = await run([], { env: good })
    expect(out).toMatch(
      new RegExp(
        `^The credentials work\\. They belong to the partner ${simulator.accountId} and can read 212 tenants: Baker Ltd, Smith {1,2}& Co, .+, and 209 more\\.\n` +
          'The API does not show their role\\. Service Principal ReadOnly is enough\\.\n' +
          `The credentials are stored in ${own}\\. The next run uses them\\.\n$`,
      ),
    )
    expect(code).toBe(0)
    expect(JSON.parse(aws.secret(own) ?? '')).toEqual({
      clientId: 'demo-client',
      clientSecret: 'demo-secret',
    })
  })

  it('are read from two lines of a pipe, also with Windows line ends, and stored in the secret of --secret', async () => {
    const { code } = await run(['--secret', emea], { input: 'demo-client\r\ndemo-secret\r\n' })
    expect(code).toBe(0)
    expect(JSON.parse(aws.secret(emea) ?? '')).toEqual({
      clientId: 'demo-client',
      clientSecret: 'demo-secret',
    })
  })

  it.each([
    ['organization', 'can read 5 tenants: '],
    ['tenant', 'can read 1 tenant.'],
  ] as const)('of type %s are printed with that type', async (idType, text) => {
    const { url } = await simulate({ idType, tenants: idType === 'tenant' ? 1 : 5 })
    const { out } = await run(['--print'], { env: good, sophos: url })
    expect(out).toContain(`They belong to the ${idType} `)
    expect(out).toContain(text)
  })
})

describe('nothing is stored', () => {
  const wrong = { ...good, SOPHOS_CLIENT_SECRET: 'mistyped' }

  it.each<[string, readonly string[], Parameters<typeof run>[1], number, RegExp]>([
    [
      'if Sophos refuses the credentials',
      [],
      { env: wrong },
      1,
      /^Sophos gave no token: Sophos refused the credentials/,
    ],
    ['if the secret is missing', [], { input: 'demo-client\n' }, 1, /^Missing: the client secret/],
    ['without input', [], {}, 1, /^Missing: the client ID .* and the client secret.*Nothing was done\./],
    [
      'if the stack does not exist',
      ['--stack', 'Nowhere'],
      { env: good },
      1,
      /^AWS is not ready, so nothing is stored: .*Nowhere does not exist\. .*\nTo store them,/,
    ],
    [
      'if --secret is not an ARN',
      ['--secret', 'emea'],
      { env: good },
      1,
      /^--secret emea: the ARN of a secret is allowed, such as arn:/,
    ],
    [
      'without a region, or with an empty one',
      [],
      { env: { ...good, AWS_REGION: ' ', AWS_DEFAULT_REGION: '' } },
      1,
      /^AWS is not ready.* Name the region of the stack: npm run credentials -- --region/,
    ],
    [
      'with an unknown option',
      ['--secrets'],
      { env: good },
      1,
      /Unknown option '--secrets'.*All options: npm run credentials -- --help/s,
    ],
    [
      'with --print',
      ['--print', '--secret', emea],
      { env: good },
      0,
      /put-secret-value --region us-east-1 --secret-id arn:.*emea-AbCdEf --secret-string file:/,
    ],
    [
      'without access to AWS',
      [],
      { env: { ...good, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', HOME: '/nowhere' } },
      1,
      /^AWS is not ready, so nothing is stored: .*\nTo store them,/,
    ],
  ])('%s', async (_, args, how, code, text) => {
    const before = [aws.secret(own), aws.secret(emea)]
    const { out, err, code: ended } = await run(args, how)
    expect(code === 0 ? out : err).toMatch(text)
    expect(ended).toBe(code)
    expect([aws.secret(own), aws.secret(emea)]).toEqual(before)
    expect(out + err).not.toContain('mistyped')
  })

  it('if the credential may not list its tenants, and the message names the right role', async () => {
    const limited = await simulate({ tenants: 3 })
    limited.faults.add({
      endpoint: 'partnerTenants',
      kind: 'status',
      status: 403,
      body: { error: 'Forbidden', message: 'Access is forbidden' },
    })
    const { err, code } = await run([], { env: good, sophos: limited.url })
    expect(err).toMatch(
      /^The credentials belong to the partner .*could not be listed.*Service Principal ReadOnly is enough\.\n$/,
    )
    expect(code).toBe(1)
  })
})
