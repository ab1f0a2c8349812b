import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { replaceFiles } from '../../setup/replace-files.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** For two bundlers on a machine that is busy with other tests. */
const timeout = 90_000
const folders = ['setup', 'lambda', 'site']
const files = ['build.ts', 'LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json']
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-'))
  for (const name of [...folders, ...files]) {
    await cp(join(root, name), join(folder, name), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Resolves with the exit code and the outputs. */
async function build(...options: string[]) {
  // Vitest sets NODE_ENV to `test`.
  const { NODE_ENV: _, ...env } = process.env
  const child = spawn(process.execPath, ['build.ts', ...options], { cwd: folder, env })
  const code = new Promise<number | null>(resolve => child.once('close', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, stdout, stderr }
}

it(
  'a build prints no warning, and the SBOM on demand: the packages that the notices name, in each part',
  async () => {
    const { stdout, ...rest } = await build('--sbom')
    expect(rest).toEqual({ code: 0, stderr: '' })
    const { components, dependencies } = v.parse(Sbom, JSON.parse(stdout))
    const [product, ...parts] = dependencies
    expect(product?.dependsOn).toEqual(['dist/lambda', 'dist/site'])
    for (const { ref, dependsOn } of parts) {
      const notices = await readFile(join(folder, ref, 'third-party-notices.txt'), 'utf8')
      const listed = [...notices.matchAll(/^(\S+) (\S+): \S+$/gm)].map(
        ([, name, version]) => `${name}@${version}`,
      )
      expect(dependsOn.map(nameOf)).toEqual(listed.filter(name => name !== nameOf(product?.ref ?? '')))
    }
    expect(components.map(({ purl }) => purl)).toEqual(
      [...new Set(parts.flatMap(({ dependsOn }) => dependsOn))].toSorted(),
    )
  },
  timeout,
)

const Sbom = v.object({
  components: v.array(v.object({ purl: v.string() })),
  dependencies: v.array(v.object({ ref: v.string(), dependsOn: v.array(v.string()) })),
})
const nameOf = (purl: string) => decodeURIComponent(purl.replace('pkg:npm/', ''))

it(
  'two builds at once wait for each other, and never remove a file in use',
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
      // The page and its files appear together.
      const page = await readFile(join(folder, 'dist/site/index.html'), 'utf8')
      const loads = [...page.matchAll(/\.\/(assets\/[^"]+)/g)].map(([, name = '']) => name)
      expect(loads.length).toBeGreaterThan(0)
      for (const name of loads)
        expect([name, existsSync(join(folder, 'dist/site', name))]).toEqual([name, true])
    }
    expect(looks).toBeGreaterThan(10)
    expect((await builds).map(({ code }) => code)).toEqual([0, 0])
    expect((await builds).map(({ stdout, stderr }) => stdout + stderr).toSorted()).toEqual([
      '',
      'Waiting for another build in this folder to end ...\n',
    ])
    expect(await readdir(join(folder, 'dist'))).toEqual(['lambda', 'site'])
    expect(await readdir(join(folder, 'dist/site/assets'))).not.toContain('outdated.js')
  },
  timeout,
)

it(
  'a failed build leaves the previous build unchanged',
  async () => {
    const before = await readFile(join(folder, 'dist/site/index.html'))
    await writeFile(join(folder, 'lambda/handler.ts'), 'export const handler =')
    expect((await build()).code).not.toBe(0)
    expect(await readFile(join(folder, 'dist/site/index.html'))).toEqual(before)
    expect(existsSync(join(folder, 'dist/lambda/index.mjs'))).toBe(true)
  },
  timeout,
)

it('new files are there before the page that loads them, and old files are removed after it', async () => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  await mkdir(join(from, 'assets'), { recursive: true })
  await mkdir(join(to, 'index.html'), { recursive: true })
  await mkdir(join(to, 'assets'))
  await writeFile(join(from, 'index.html'), 'new')
  await writeFile(join(from, 'assets/new.js'), 'new')
  await writeFile(join(to, 'assets/old.js'), 'old')
  // A folder with the page's name makes this step fail.
  await expect(replaceFiles(from, to)).rejects.toThrow('EISDIR')
  expect((await readdir(join(to, 'assets'))).toSorted()).toEqual(['new.js', 'old.js'])
})

it('a build that can write nothing says so in one sentence', async () => {
  await rm(join(folder, '.data'), { recursive: true })
  await writeFile(join(folder, '.data'), '')
  const { code, stderr } = await build()
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^\S+\.data\S* cannot be written: .+\(\w+\)\n$/)])
})
