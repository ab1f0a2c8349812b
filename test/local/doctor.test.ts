import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseRateWindows } from '../../lambda/pacing/windows.ts'
import { takeLease } from '../../lambda/run/lease.ts'
import { startAws } from '../../local/aws/server.ts'
import { credentialsIn } from '../../local/credentials/take.ts'
import { toMarkdown } from '../../local/doctor/markdown.ts'
import { parseOptions } from '../../local/doctor/options.ts'
import { choosePlace } from '../../local/doctor/place.ts'
import { toTerminal } from '../../local/doctor/table.ts'
import { type Simulator, startSimulator } from '../../local/simulator/server.ts'
import { virtualDoctor } from '../lambda/doctor/virtual-doctor.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const ended = (child: ChildProcess) => new Promise<number | null>(resolve => child.once('close', resolve))

/** The developer may have credentials in the environment. */
function withoutCredentials() {
  const { SOPHOS_CLIENT_ID: _, SOPHOS_CLIENT_SECRET: __, ...own } = process.env
  return own
}

/** Runs `npm run doctor -- <args>`. Returns its exit code and output. */
async function doctor(args: readonly string[], environment: Record<string, string> = {}, input = '') {
  const env = { ...withoutCredentials(), ...environment }
  const child = spawn(process.execPath, ['local/doctor.ts', ...args], { cwd: root, env })
  child.stdin.end(input)
  const [code, stdout, stderr] = await Promise.all([ended(child), text(child.stdout), text(child.stderr)])
  return { code, stdout, stderr }
}

describe('npm run doctor', () => {
  let out: string
  beforeEach(async () => {
    out = await mkdtemp(join(tmpdir(), 'doctor-out-'))
  })
  afterEach(() => rm(out, { recursive: true }))

  it.each([
    [['--help'], 0, /npm run doctor/],
    [['--al'], 2, /--al/],
  ] as const)('%j ends with %i and prints the right help', async (args, code, help) => {
    const { stdout, stderr, ...end } = await doctor(args)
    expect(end.code).toBe(code)
    expect(stdout + stderr).toMatch(help)
  })

  it.each([
    [['--sample', '0'], /--sample 0: a whole number from 1 to 9999/],
    [['--sample', '2.5'], /--sample 2\.5: a whole number/],
    [['--all', '--sample', '2'], /Use --all or --sample, not both/],
    [['--bucket', 'x'], /--bucket needs --secret/],
    [['x'], /All options: npm run doctor -- --help/],
  ])('%j is refused with what is allowed', (args, text) => {
    expect(() => parseOptions(args)).toThrow(text)
  })

  it('without credentials examines a simulation, and writes both reports', async () => {
    const { code, stdout, stderr } = await doctor(['--all', '--fusion', '--out', out], {
      SOPHOS_RATE_LIMITS: '50/s',
    })
    expect(stderr).toMatch(/simulated Sophos Central[\s\S]*12 of 12 tenants examined/)
    expect(stdout).toMatch(/^Detection counts +\d+ /m)
    expect(stdout).toMatch(
      /\nProblems\n[\s\S]*Everything: not managed\n[\s\S]*Examined 12 of 12 tenants in \d+ s: 3 problems\./,
    )
    expect(code).toBe(1)
    expect(JSON.parse(await readFile(join(out, 'access-report.json'), 'utf8'))).toMatchObject({
      schemaVersion: 1,
      sources: [{ demo: true, summary: { examined: 12, toMend: 3 } }],
    })
    await expect(readFile(join(out, 'access-report.md'), 'utf8')).resolves.toMatch(
      /^# Access report\n[\s\S]*## Tenants[\s\S]*## Sophos Fusion/,
    )
  })

  it('--ask takes the credentials from a pipe, and asks the Sophos Central of the environment', async () => {
    const simulator = await startSimulator({ tenants: [{ access: 'ok' }], rateLimits: '2000/s' })
    try {
      const place = { SOPHOS_ID_URL: simulator.url, SOPHOS_API_URL: simulator.url }
      const { code, stderr } = await doctor(['--ask', '--out', out], place, 'demo-client\nmistyped\n')
      expect(stderr).toContain(`${simulator.url}, with the credentials given.`)
      expect(stderr).not.toContain('mistyped')
      expect(simulator.log.map(({ endpoint }) => endpoint)).toEqual(['token'])
      expect(code).toBe(2)
    } finally {
      await simulator.close()
    }
  })

  it('reports its findings so far at Ctrl-C', async () => {
    const child = spawn(process.execPath, ['local/doctor.ts', '--all', '--out', out], {
      cwd: root,
      env: { ...withoutCredentials(), SOPHOS_RATE_LIMITS: '10/s' },
    })
    let progress = ''
    child.stderr.on('data', (chunk: Buffer) => {
      const before = progress
      progress += chunk.toString()
      // Only once: a second Ctrl-C ends it without a report.
      if (progress.includes('\n0 of 12') && !before.includes('\n0 of 12')) child.kill('SIGINT')
    })
    const [code, stdout] = await Promise.all([ended(child), text(child.stdout)])
    expect(stdout).toMatch(/Everything: not tried[\s\S]*It ended early: The doctor's time is up\./)
    expect(code).toBe(1)
  })

  describe('with the secret and the bucket of a deployment', () => {
    const ok = { access: 'ok' } as const
    // An hour: the list of calls keeps each call as long as its window, and on a slow machine a run lasts several
    // seconds.
    const rateLimits = '2000/h'
    let dir: string
    let simulator: Simulator
    let aws: Awaited<ReturnType<typeof startAws>>
    const secrets = {
      right: JSON.stringify({ clientId: 'demo-client', clientSecret: 'demo-secret' }),
      wrong: JSON.stringify({ clientId: 'demo-client', clientSecret: 'not-the-secret' }),
      empty: '{"clientSecret": "half-a-secret"}',
    }
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'doctor-'))
      simulator = await startSimulator({ tenants: [ok, ok, ok], rateLimits })
      aws = await startAws({ dir, buckets: ['data'], secrets })
    })
    afterAll(async () => {
      await Promise.all([aws.close(), simulator.close()])
      await rm(dir, { recursive: true })
    })
    const printed: string[] = []
    async function run(secret: string, bucket: string) {
      const result = await doctor(['--secret', secret, '--bucket', bucket, '--all', '--out', out], {
        AWS_ENDPOINT_URL: aws.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        SOPHOS_ID_URL: simulator.url,
        SOPHOS_API_URL: simulator.url,
        SOPHOS_RATE_LIMITS: rateLimits,
      })
      printed.push([result.stdout, result.stderr, ...(await filesIn(out))].join('\n'))
      return result
    }

    it('ends with 0 without problems, counts its calls in the bucket, and writes its report there', async () => {
      const before = simulator.log.length
      const { code, stdout } = await run('right', 'data')
      expect(stdout).toMatch(/Examined 3 of 3 tenants in \d+ s: no problems found\./)
      expect(code).toBe(0)
      const read = async (key: string): Promise<unknown> =>
        JSON.parse(await readFile(join(dir, 'data', key), 'utf8'))
      expect(await read('access-report.json')).toEqual(
        JSON.parse(await readFile(join(out, 'access-report.json'), 'utf8')),
      )
      const { calls } = (await read('state/default/lease.json')) as { calls: [number, number][] }
      expect(calls.reduce((sum, [, count]) => sum + count, 0)).toBe(simulator.log.length - before)
    })

    it.each([
      ['wrong', /Token: no permission[\s\S]*invalid_client_secret[\s\S]*No tenant was examined/],
      ['empty', /holds no credentials/],
    ])('ends with 2 if the secret is %s', async (secret, text) => {
      const { code, stdout, stderr } = await run(secret, 'data')
      expect(stdout + stderr).toMatch(text)
      expect(code).toBe(2)
    })

    it('ends with 2 if the tenants cannot be listed, as it examined none', async () => {
      const removeFault = simulator.faults.add({ endpoint: 'partnerTenants', kind: 'status', status: 403 })
      const { code, stdout } = await run('right', 'data')
      removeFault()
      expect(stdout).toMatch(/No tenant was examined\./)
      expect(code).toBe(2)
    })

    it('ends with 2 during a run of the collector, without a call', async () => {
      const options = parseOptions(['--secret', 'right'])
      const place = await choosePlace(options, { AWS_REGION: 'x' }, undefined, dir)
      const clock = { now: Date.now, sleep: async () => undefined }
      // This place keeps its bucket in the same folder.
      const windows = parseRateWindows(rateLimits)
      await takeLease({ store: place.store, source: 'default', holder: 'other', windows, clock })
      await place.close()
      const before = simulator.log.length
      const { code, stderr } = await run('right', 'sophos')
      expect(stderr).toMatch(/Another run is under way since 2\d{3}-.*Try again then\./)
      expect(code).toBe(2)
      expect(simulator.log.length).toBe(before)
    })

    it('never prints or writes the secret or a token', async () => {
      // All output of the runs above, and all files in the bucket.
      const all = [...printed, ...(await filesIn(join(dir, 'data')))].join('\n')
      expect(printed).toHaveLength(5)
      expect(all.length).toBeGreaterThan(5_000)
      for (const secret of ['demo-secret', 'not-the-secret', 'half-a-secret'])
        expect(all).not.toContain(secret)
      expect(all).not.toMatch(/bearer|access_token/i)
    })
  })
})

describe('the credentials of the environment', () => {
  it.each(['SOPHOS_CLIENT_ID', 'SOPHOS_CLIENT_SECRET'])('are refused if there is only %s', name => {
    expect(() => credentialsIn({ [name]: 'x' })).toThrow(
      /Only one of SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET is set/,
    )
  })

  it('share their record of calls with npm start', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'doctor-'))
    const credentials = credentialsIn({ SOPHOS_CLIENT_ID: 'a', SOPHOS_CLIENT_SECRET: 'b' })
    const place = await choosePlace(parseOptions([]), {}, credentials, dir)
    try {
      await expect(place.readCredentials()).resolves.toEqual({ clientId: 'a', clientSecret: 'b' })
      expect(place.settings).toMatchObject({ bucket: 'sophos', source: 'default', demo: false })
      const object = { body: 'x', contentType: 'text/plain', cacheControl: 'no-store' }
      await place.store.write('state/default/lease.json', object)
      await expect(readFile(join(dir, 'sophos/state/default/lease.json'), 'utf8')).resolves.toBe('x')
    } finally {
      await place.close()
      await rm(dir, { recursive: true })
    }
  })
})

describe('names that customers choose', () => {
  it('cannot control a terminal, and are plain text in Markdown', async () => {
    const { report: examine, sophos } = virtualDoctor({
      tenants: [...Array(14)].map(() => ({ access: 'unmanaged' as const })),
    })
    sophos.faults.add({ kind: 'hostileNames' })
    const report = await examine()
    const terminal = toTerminal(report)
    expect(terminal.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
    const markdown = toMarkdown(report)
    expect(markdown).not.toMatch(/<img|<script|\u202e/)
    const [, matrix = ''] = markdown.split('## Tenants')
    const rows = matrix.trim().split('\n')
    expect(rows).toHaveLength(2 + 14)
    const columns = rows.map(row => row.split('|').length)
    expect(new Set(columns).size).toBe(1)
  })
})

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile())
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')))
}
