import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startAws } from '../../local/aws/server.ts'
import { startLambda } from '../../local/lambda/host.ts'
import { listen } from '../../local/listen.ts'
import { type Simulator, startSimulator } from '../../local/simulator/server.ts'
import { startTunnel, type Tunnel } from '../network/tunnel.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const secretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:own-AbCdEf'
const storeArn = 'arn:aws:cloudfront::111122223333:key-value-store/0a1b2c3d-0000-4000-8000-000000000000'
const credentials = { SOPHOS_CLIENT_ID: 'demo-client', SOPHOS_CLIENT_SECRET: 'demo-secret' }
/** Names that only the proxy can resolve. */
const addresses = {
  AWS_ENDPOINT_URL: 'https://proxied.test',
  AWS_ENDPOINT_URL_S3: 'https://s3.proxied.test',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: 'https://secrets.proxied.test',
  SOPHOS_ID_URL: 'https://sophos.proxied.test',
  SOPHOS_API_URL: 'https://sophos.proxied.test',
  SOPHOS_RATE_LIMITS: '2000/s',
}

let dir: string
let aws: Awaited<ReturnType<typeof startAws>>
let simulator: Simulator
let users: Awaited<ReturnType<typeof listen>>
let tunnel: Tunnel

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'proxy-'))
  simulator = await startSimulator({ rateLimits: '2000/s', tenants: 3 })
  aws = await startAws({
    dir,
    buckets: ['data'],
    secrets: { [secretArn]: '{"clientId":"demo-client","clientSecret":"demo-secret"}' },
    stacks: { SophosDetectionsDashboard: { SecretArn: secretArn, UsersStore: storeArn } },
  })
  const noUsers = JSON.stringify({ ItemCount: 0, TotalSizeInBytes: 0, Items: [] })
  users = await listen(
    createServer((_, response) => response.setHeader('content-type', 'application/json').end(noUsers)),
    0,
  )
})
afterAll(async () => {
  await Promise.all([aws.close(), simulator.close(), users.close()])
  await rm(dir, { recursive: true })
})
beforeEach(async () => {
  tunnel = await startTunnel({
    'proxied.test': aws.url,
    's3.proxied.test': aws.url,
    'secrets.proxied.test': aws.url,
    'sophos.proxied.test': simulator.url,
    '111122223333.proxied.test': users.url,
  })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await tunnel.close()
})

/** Returns the hosts requested from the proxy, each once. */
const hosts = () => [...new Set(tunnel.targets)].map(target => target.replace(/:443$/, '')).sort()

async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const keys = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any', AWS_REGION: 'us-east-1' }
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, AWS_MAX_ATTEMPTS: '1', ...keys, ...addresses, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { output: out + err, code }
}

describe('through the proxy', () => {
  it('the built bundle reaches Sophos, S3 and the secret; NO_PROXY excludes', async () => {
    async function invoke(timeoutMs: number) {
      const lambda = await startLambda({
        bundle: join(root, 'dist/lambda/index.mjs'),
        timeoutMs,
        memoryMb: 256,
        onLog: () => undefined,
        env: { ...addresses, AWS_MAX_ATTEMPTS: '1', DATA_BUCKET: 'data', SOPHOS_SECRET_ARN: secretArn },
      })
      return lambda.invoke({}).finally(lambda.close)
    }
    // The host process passes these on to the function.
    for (const [name, value] of Object.entries(tunnel.env)) vi.stubEnv(name, value)
    expect(await invoke(30_000)).toMatchObject({
      ok: true,
      value: { result: 'complete', tenants: { ok: 3 } },
    })
    expect(hosts()).toEqual(['s3.proxied.test', 'secrets.proxied.test', 'sophos.proxied.test'])

    tunnel.targets.length = 0
    vi.stubEnv('NO_PROXY', 'sophos.proxied.test')
    // Soon the run has no time left for another try.
    expect(await invoke(6_000)).toMatchObject({ ok: false, errorMessage: expect.stringContaining('sophos') })
    expect(hosts()).toEqual(['s3.proxied.test', 'secrets.proxied.test'])
  })

  it.each([
    {
      command: 'credentials',
      args: [],
      env: credentials,
      text: /stored in arn:/,
      reached: ['proxied.test', 'secrets.proxied.test', 'sophos.proxied.test'],
      except: { hosts: 'secrets.proxied.test', leave: ['proxied.test'] },
    },
    {
      command: 'doctor',
      args: ['--secret', secretArn, '--bucket', 'data', '--out'],
      env: {},
      text: /Full report/,
      reached: ['s3.proxied.test', 'secrets.proxied.test', 'sophos.proxied.test'],
      except: { hosts: 's3.proxied.test', leave: [] },
    },
    {
      command: 'users',
      args: ['list'],
      env: {},
      text: /user/i,
      reached: ['111122223333.proxied.test', 'proxied.test'],
      except: { hosts: '*.proxied.test', leave: ['proxied.test'] },
    },
  ])('npm run $command reaches all of its hosts; NO_PROXY excludes', async test => {
    const args = [`local/${test.command}.ts`, ...test.args]
    if (args.at(-1) === '--out') args.push(join(dir, 'doctor'))
    const env = { ...test.env, ...tunnel.env }
    const { output, code } = await run(args, env)
    expect(output).toMatch(test.text)
    expect(code).toBe(0)
    expect(hosts()).toEqual(test.reached)

    tunnel.targets.length = 0
    const direct = await run(args, { ...env, NO_PROXY: test.except.hosts })
    expect(direct.output).toMatch(/ENOTFOUND|EAI_AGAIN/)
    expect(hosts()).toEqual(test.except.leave)
  })
})

describe('with an unreachable proxy', () => {
  it.each([
    ['npm start', ['local/main.ts', '--once', '--tenants', '3'], 0],
    ['npm run doctor', ['local/doctor.ts', '--out'], 1],
  ] as const)('the simulation of %s works, since it never leaves this machine', async (_, args, ends) => {
    const nowhere = 'http://127.0.0.1:1'
    const folder = args.at(-1) === '--out' ? [join(dir, 'simulation')] : []
    const { output, code } = await run([...args, ...folder], {
      HTTP_PROXY: nowhere,
      HTTPS_PROXY: nowhere,
      AWS_ENDPOINT_URL: '',
      AWS_ENDPOINT_URL_S3: '',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: '',
      SOPHOS_ID_URL: '',
      SOPHOS_API_URL: ' ',
    })
    expect(output).toMatch(/simulated/i)
    expect(output).not.toMatch(/ECONNREFUSED/)
    expect(code).toBe(ends)
  })
})
