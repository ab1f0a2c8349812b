import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { startSimulator } from '../../local/simulator/server.ts'
import { launchChromium } from '../browser/chromium.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs `npm start -- <args>` without the build. */
const launch = (args: readonly string[], environment: Record<string, string> = {}) =>
  spawn(process.execPath, ['local/main.ts', ...args], { cwd: root, env: { ...process.env, ...environment } })

/** The same, and reads its output. */
function start(args: readonly string[], environment: Record<string, string> = {}) {
  const child = launch(args, environment)
  child.stdin.end()
  return { child, stdout: text(child.stdout), stderr: text(child.stderr) }
}

/** Limits with which no call of a simulation waits. */
const fast = { SOPHOS_RATE_LIMITS: '1000/s' }

/** Where a simulation keeps its figures. */
const folderOf = ({ pid }: ChildProcess) => join(root, `.data/demo-${pid}`)

const ended = (child: ChildProcess) => new Promise<number | null>(resolve => child.once('close', resolve))

/** Returns the address that the dashboard prints. */
function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
      const url = /The dashboard: (\S+)/.exec(stderr)?.[1]
      if (url) resolve(url)
    })
    child.once('close', () => reject(new Error(`It ended without an address: ${stderr}`)))
  })
}

describe('npm start', () => {
  it('serves a dashboard that gets data by itself, with the headers of the stack, and ends at Ctrl-C', async () => {
    const { child } = start(['--port', '0', '--tenants', '12'], fast)
    const browser = await launchChromium()
    try {
      const url = await address(child)
      const page = await browser.newPage()
      const violations: string[] = []
      page.on('console', message => message.type() === 'error' && violations.push(message.text()))
      // A page that comes before the first figures looks for them every ten seconds.
      await expect
        .poll(async () => (await fetch(`${url}detections.csv`)).status, { timeout: 45_000 })
        .toBe(200)
      const answer = await page.goto(url)
      expect(answer?.headers()['content-security-policy']).toMatch(/^default-src 'none'/)
      await page.getByRole('row').nth(12).waitFor()
      await expect(page.getByText('Demo').first().isVisible()).resolves.toBe(true)
      await page.keyboard.press('?')
      const licences = page.getByRole('link', { name: 'Licences of the software in this page' })
      const notices = await page.request.get(new URL((await licences.getAttribute('href')) ?? '', url).href)
      expect(notices.headers()['content-type']).toBe('text/plain')
      expect(await notices.text()).toMatch(/^preact [\s\S]*Copyright \(c\) 2015-present Jason Miller$/m)
      const missing = await page.request.get(`${url}state/default/lease.json`)
      expect(missing.status()).toBe(403)
      expect(violations.filter(text => !/detections\.csv|status\.json|403/.test(text))).toEqual([])
      // Bookmarked without the key, or asked by another user of this machine.
      const keyless = await page.request.get(new URL('/detections.csv', url).href)
      expect([keyless.status(), await keyless.text()]).toEqual([403, expect.stringContaining('key')])
      const over = ended(child)
      child.kill('SIGINT')
      await expect(over).resolves.toBe(0)
      expect(existsSync(folderOf(child))).toBe(false)
    } finally {
      child.kill('SIGKILL')
      await browser.close()
    }
    // The dashboard loads the CDK and collects its first data, and a browser starts beside it.
  }, 120_000)

  it.skipIf(process.platform === 'win32')(
    'ends as at Ctrl-C if its terminal is closed in the middle of a run',
    async () => {
      const child = launch(['--once', '--tenants', '80'])
      const over = ended(child)
      await new Promise<void>(resolve => {
        child.stderr.on('data', (chunk: Buffer) => /\d+ of 80/.test(chunk.toString()) && resolve())
      })
      expect(existsSync(folderOf(child))).toBe(true)
      // Nothing takes its output any more, and both the system and the shell send the signal.
      child.stdout.destroy()
      child.stderr.destroy()
      child.kill('SIGHUP')
      child.kill('SIGHUP')
      await expect(over).resolves.toBe(0)
      expect(existsSync(folderOf(child))).toBe(false)
    },
  )

  it('--once prints the table of one run, exports its CSV, and ends', async () => {
    const out = await mkdtemp(join(tmpdir(), 'export-'))
    try {
      const { child, stdout, stderr } = start(['--once', '--tenants', '15', '--export', out], fast)
      await expect(ended(child)).resolves.toBe(0)
      const table = (await stdout).trimEnd().split('\n')
      expect(table[0]).toMatch(/^Critical +High +Medium +Low +Info +Total +Name$/)
      expect(table).toHaveLength(2 + 15)
      expect((await readFile(join(out, 'detections.csv'), 'utf8')).split('\r\n')).toHaveLength(1 + 15 + 1)
      expect(await stderr).toMatch(
        /Listing the tenants.*\n0 of 15 tenants asked\n[\s\S]*Collected 1\d of 15 tenants/,
      )
    } finally {
      await rm(out, { recursive: true })
    }
  })

  it('--once says why a run failed, only once, and ends with 1', async () => {
    const simulator = await startSimulator({ tenants: 1 })
    try {
      const { child, stderr } = start(['--once'], {
        SOPHOS_CLIENT_ID: 'demo-client',
        SOPHOS_CLIENT_SECRET: 'mistyped',
        SOPHOS_ID_URL: simulator.url,
        SOPHOS_API_URL: simulator.url,
      })
      await expect(ended(child)).resolves.toBe(1)
      expect((await stderr).match(/Sophos refused the credentials/g)).toHaveLength(1)
    } finally {
      await simulator.close()
    }
  })

  it.each([
    [['--help'], 0, /--tenants NUMBER/, {}],
    [['--prot', '1'], 1, /--prot/, {}],
    [['--port', '80800'], 1, /--port 80800: a whole number from 0 to 65535 is allowed/, {}],
    [['--once', '--ask'], 1, /Missing: the client ID .* and the client secret/, {}],
    [['--export', 'x'], 1, /--export needs --once/, {}],
    [
      ['--once'],
      1,
      /Only one of SOPHOS_CLIENT_ID and SOPHOS_CLIENT_SECRET is set/,
      { SOPHOS_CLIENT_ID: 'x' },
    ],
  ] as const)('%j ends with %i and prints the right help', async (args, code, help, environment) => {
    const { child, stdout, stderr } = start(args, environment)
    await expect(ended(child)).resolves.toBe(code)
    expect((await stdout) + (await stderr)).toMatch(help)
  })
})
