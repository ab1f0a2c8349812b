import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { replaceFiles } from '../../setup/replace-files.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Two bundlers on a machine that runs other tests as well. */
const timeout = 90_000
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-'))
  for (const name of ['build.ts', 'setup', 'lambda', 'site', 'package.json', 'tsconfig.json']) {
    await cp(join(root, name), join(folder, name), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Ends with the exit code and all that was printed. */
async function build() {
  // Vitest sets NODE_ENV to `test`.
  const { NODE_ENV: _, ...env } = process.env
  const child = spawn(process.execPath, ['build.ts'], { cwd: folder, env })
  const code = new Promise<number | null>(resolve => child.once('close', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, said: stdout + stderr }
}

it(
  'a build prints no warning',
  async () => {
    expect(await build()).toEqual({ code: 0, said: '' })
  },
  timeout,
)

it(
  'two builds at once wait for each other, and take no file from under a reader',
  async () => {
    await writeFile(join(folder, 'dist/site/assets/outdated.js'), '')
    let areDone = false
    const builds = Promise.all([build(), build()]).finally(() => {
      areDone = true
    })
    let looks = 0
    while (!areDone) {
      looks++
      expect(existsSync(join(folder, 'dist/lambda/index.mjs'))).toBe(true)
      // What the page loads is there together with the page.
      const page = await readFile(join(folder, 'dist/site/index.html'), 'utf8')
      const loads = [...page.matchAll(/\.\/(assets\/[^"]+)/g)].map(([, name = '']) => name)
      expect(loads.length).toBeGreaterThan(0)
      for (const name of loads)
        expect([name, existsSync(join(folder, 'dist/site', name))]).toEqual([name, true])
    }
    expect(looks).toBeGreaterThan(10)
    expect((await builds).map(({ code }) => code)).toEqual([0, 0])
    expect((await builds).map(({ said }) => said).toSorted()).toEqual([
      '',
      'Waiting for another build in this folder to end ...\n',
    ])
    expect(await readdir(join(folder, 'dist'))).toEqual(['lambda', 'site'])
    expect(await readdir(join(folder, 'dist/site/assets'))).not.toContain('outdated.js')
  },
  timeout,
)

it(
  'a build that fails leaves the build before it as it was',
  async () => {
    const before = await readFile(join(folder, 'dist/site/index.html'))
    await writeFile(join(folder, 'lambda/handler.ts'), 'export const handler =')
    expect((await build()).code).not.toBe(0)
    expect(await readFile(join(folder, 'dist/site/index.html'))).toEqual(before)
    expect(existsSync(join(folder, 'dist/lambda/index.mjs'))).toBe(true)
  },
  timeout,
)

it('a page comes after the files that it loads, and these go after it', async () => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  await mkdir(join(from, 'assets'), { recursive: true })
  await mkdir(join(to, 'index.html'), { recursive: true })
  await mkdir(join(to, 'assets'))
  await writeFile(join(from, 'index.html'), 'new')
  await writeFile(join(from, 'assets/new.js'), 'new')
  await writeFile(join(to, 'assets/old.js'), 'old')
  // A folder in the way of the page stops it there.
  await expect(replaceFiles(from, to)).rejects.toThrow('EISDIR')
  expect((await readdir(join(to, 'assets'))).toSorted()).toEqual(['new.js', 'old.js'])
})
