import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAws } from '../../local/aws/server.ts'
import { takeCredentials } from '../../local/credentials/take.ts'
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

/** Runs the command as an operator does, and answers all that it said. */
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

describe('good credentials', () => {
  it("are said to be whose they are, and stored in the stack's secret", async () => {
    const { out, code } = await run([], { env: good })
    expect(out).toMatch(
      new RegExp(
        `^The credentials are good\\. They belong to the partner ${simulator.accountId} and see 212 tenants: Baker Ltd, Smith {1,2}& Co, .+, and 209 more\\.\n` +
          'Which role they have cannot be read from the API.*\n' +
          `They are stored in ${own}\\. The next run uses them\\.\n$`,
      ),
    )
    expect(code).toBe(0)
    expect(JSON.parse(aws.secret(own) ?? '')).toEqual({
      clientId: 'demo-client',
      clientSecret: 'demo-secret',
    })
  })

  it('come from two lines of a pipe, with the line ends of Windows too, into the secret that is named', async () => {
    const { code } = await run(['--secret', emea], { input: 'demo-client\r\ndemo-secret\r\n' })
    expect(code).toBe(0)
    expect(JSON.parse(aws.secret(emea) ?? '')).toEqual({
      clientId: 'demo-client',
      clientSecret: 'demo-secret',
    })
  })

  it.each([
    ['organization', 'see 5 tenants: '],
    ['tenant', 'see 1 tenant.'],
  ] as const)('of an %s are told apart', async (idType, says) => {
    const { url } = await simulate({ idType, tenants: idType === 'tenant' ? 1 : 5 })
    const { out } = await run(['--print'], { env: good, sophos: url })
    expect(out).toContain(`They belong to the ${idType} `)
    expect(out).toContain(says)
  })
})

describe('nothing is stored', () => {
  const wrong = { ...good, SOPHOS_CLIENT_SECRET: 'mistyped' }

  it.each<[string, readonly string[], Parameters<typeof run>[1], number, RegExp]>([
    [
      'where Sophos refuses the credentials',
      [],
      { env: wrong },
      1,
      /^No token could be had: Sophos refused the credentials/,
    ],
    ['where the secret is missing', [], { input: 'demo-client\n' }, 1, /^Missing: the client secret/],
    ['where nothing is given', [], {}, 1, /^Missing: the client ID .* and the client secret/],
    [
      'where the stack is unknown',
      ['--stack', 'Nowhere'],
      { env: good },
      1,
      /^They are not stored: .*Nowhere does not exist\nTo store them/,
    ],
    [
      'where the stack is another',
      ['--stack', 'Other'],
      { env: good },
      1,
      /^They are not stored: The stack Other has no output SecretArn/,
    ],
    [
      'where the secret is unknown',
      ['--secret', emea.replace('emea', 'apac')],
      { env: good },
      1,
      /can't find the specified secret/,
    ],
    [
      'where that is no ARN',
      ['--secret', 'emea'],
      { env: good },
      1,
      /^--secret emea: the ARN of a secret is allowed, such as arn:/,
    ],
    [
      'with an option that there is not',
      ['--secrets'],
      { env: good },
      1,
      /Unknown option '--secrets'.*All options: npm run credentials -- --help/s,
    ],
    [
      'where only the command is asked for',
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
      /^They are not stored: .*\nTo store them/,
    ],
  ])('%s', async (_, args, how, code, says) => {
    const before = [aws.secret(own), aws.secret(emea)]
    const { out, err, code: ended } = await run(args, how)
    expect(code === 0 ? out : err).toMatch(says)
    expect(ended).toBe(code)
    expect([aws.secret(own), aws.secret(emea)]).toEqual(before)
    expect(out + err).not.toContain('mistyped')
  })

  it('where the credential may not list its tenants, and the role is named', async () => {
    const limited = await simulate({ tenants: 3 })
    limited.faults.add({
      endpoint: 'partnerTenants',
      kind: 'status',
      status: 403,
      body: { error: 'Forbidden', message: 'Access is forbidden' },
    })
    const { err, code } = await run([], { env: good, sophos: limited.url })
    expect(err).toMatch(
      /^They are of the partner .*could not be listed.*Service Principal ReadOnly is enough\.\n$/,
    )
    expect(code).toBe(1)
  })
})

describe('on a terminal', () => {
  it('the two are asked for, and nothing of the secret is shown', async () => {
    const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
    const screen = new PassThrough()
    let shown = ''
    screen.on('data', chunk => {
      shown += chunk
      // A hand is slower than the question.
      const type = (keys: string) => setImmediate(() => keyboard.write(keys))
      if (shown.endsWith('Client ID: ')) type('demo-client\n')
      if (shown.endsWith('(not shown): ')) type('demo-sekret\u007f\u007f\u007f\u007fcret\r')
    })
    await expect(takeCredentials({}, keyboard, screen)).resolves.toEqual({
      clientId: 'demo-client',
      clientSecret: 'demo-secret',
    })
    expect(shown).toBe('Client ID: Client secret (not shown): \n')
  })
})
