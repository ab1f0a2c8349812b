import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import * as v from 'valibot'
import { build as buildSite } from 'vite'
import { beforeAll, describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import lockfile from '../../package-lock.json' with { type: 'json' }

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFile(join(root, path), 'utf8')
const packages: Record<string, { version: string; license?: string; dependencies?: Record<string, string> }> =
  lockfile.packages
const locked = (name: string) => packages[`node_modules/${name}`]

/** The names of the packages in dist/lambda and dist/site. The build has them from elsewhere: the bundlers' own lists. */
const inside: Record<'lambda' | 'site', string[]> = { lambda: [], site: [] }
beforeAll(async () => {
  const [lambda, site] = await Promise.all([sourcesOfFunction(), sourcesOfPage()])
  inside.lambda = packagesOf(lambda)
  // Vite's own lines, which load a part of the page later, are in no source map.
  inside.site = [...packagesOf(site), 'vite']
})

describe('the notices in what is shipped', () => {
  it.each([
    ['lambda', 25],
    ['site', 2],
  ] as const)(
    'dist/%s name each package with code in it, and have all of its licences',
    async (part, least) => {
      const notices = await read(`dist/${part}/third-party-notices.txt`)
      const [list = '', ...sections] = notices.split(`${'-'.repeat(80)}\n`)
      expect(inside[part].length).toBeGreaterThanOrEqual(least)
      const lines = inside[part].map(name => `${name} ${locked(name)?.version}: ${locked(name)?.license}`)
      const own = `${manifest.name} ${manifest.version}: ${manifest.license}`
      expect(list.trim().split('\n').slice(2)).toEqual([...lines, own].toSorted())
      for (const name of inside[part]) {
        const label = `${name} ${locked(name)?.version}`
        const about = sections.filter(section => section.split('\n').includes(label)).join()
        for (const text of await licencesOf(name)) expect(about).toContain(text)
        expect(about).toMatch(/Permission is hereby granted|Apache License|Has no licence file/)
      }
    },
  )

  it('include our own licence', async () => {
    const licence = (await read('LICENSE')).trim()
    for (const part of ['lambda', 'site'])
      expect(await read(`dist/${part}/third-party-notices.txt`)).toContain(licence)
  })
})

it('nothing is shipped that only the build and the tests need, such as a package under the AGPL', () => {
  const production = closure(Object.keys(manifest.dependencies))
  expect(locked('@cloud-copilot/iam-simulate')?.license).toMatch(/^AGPL/)
  expect(production).not.toContain('@cloud-copilot/iam-simulate')
  const others = [...inside.lambda, ...inside.site].filter(name => !production.includes(name))
  expect(others).toEqual(['vite'])
})

const SourceMap = v.object({ sources: v.array(v.string()) })
const sourcesOf = (map: string): string[] => v.parse(SourceMap, JSON.parse(map)).sources

function packagesOf(sources: string[]): string[] {
  const names = sources.flatMap(source => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? [])
  return [...new Set(names)].toSorted()
}

async function sourcesOfFunction(): Promise<string[]> {
  const { outputFiles } = await bundle({
    absWorkingDir: root,
    entryPoints: ['lambda/handler.ts'],
    outfile: 'index.mjs',
    bundle: true,
    platform: 'node',
    format: 'esm',
    sourcemap: 'external',
    sourcesContent: false,
    write: false,
  })
  return outputFiles.flatMap(({ path, text }) => (path.endsWith('.map') ? sourcesOf(text) : []))
}

async function sourcesOfPage(): Promise<string[]> {
  const built = await buildSite({
    configFile: join(root, 'site/vite.config.ts'),
    logLevel: 'warn',
    build: { write: false, sourcemap: true },
  })
  const files = [built].flat().flatMap(result => ('output' in result ? result.output : []))
  return files.flatMap(file => (file.type === 'chunk' && file.map ? file.map.sources : []))
}

/** The licence and notice files of a package; of Vite's only that for its own code. */
async function licencesOf(name: string): Promise<string[]> {
  const files = (await readdir(join(root, 'node_modules', name))).filter(file => /licen|notice/i.test(file))
  const texts = await Promise.all(files.map(file => read(join('node_modules', name, file))))
  return texts.map(text => (name === 'vite' ? text.slice(0, text.indexOf('\n# Licenses of')) : text).trim())
}

/** These packages and all that they depend on. */
function closure(names: string[]): string[] {
  const found = new Set(names)
  for (const name of found) for (const next of Object.keys(locked(name)?.dependencies ?? {})) found.add(next)
  return [...found]
}
