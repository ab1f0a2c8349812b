import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The floors of lambda/, from the top. A file may import from its own floor and from lower ones. */
const floors: readonly (readonly string[])[] = [
  ['handler.ts'],
  ['doctor/', 'invocation.ts'],
  ['run/'],
  ['datasets/'],
  ['fusion/'],
  ['asking/'],
  ['events/', 'history/'],
  ['publish/'],
  ['context.ts', 'secret.ts'],
  ['state/'],
  ['tenants/'],
  ['settings.ts'],
  ['sophos/'],
  ['network/'],
  ['settings/'],
  ['pacing/'],
  ['clock.ts', 'log.ts', 'schemas.ts', 'text/'],
]

const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map(path => join(folder, path).replaceAll('\\', '/'))
    .filter(path => /\.(ts|tsx|js|mjs)$/.test(path))

/** Returns the imports of a file, including types: paths from the root for own files, names for packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    ([, path = '']) => path,
  )
  return specifiers.map(path =>
    path.startsWith('.') ? normalize(join(dirname(file), path)).replaceAll('\\', '/') : path,
  )
}

const floorOf = (file: string): number =>
  floors.findIndex(rooms =>
    rooms.some(room => relative('lambda', file).replaceAll('\\', '/').startsWith(room)),
  )

describe('the floors of lambda/', () => {
  const files = filesOf('lambda')

  it('include all files', () => {
    expect(files.filter(file => floorOf(file) < 0)).toEqual([])
  })

  it('have no import from a higher floor', () => {
    const upward = files.flatMap(file =>
      importsOf(file)
        .filter(path => path.startsWith('lambda/') && floorOf(path) < floorOf(file))
        .map(path => `${file} imports ${path}`),
    )
    expect(upward).toEqual([])
  })

  it('have at most eight files in the top folder', () => {
    const atTheTop = files.filter(file => file.split('/').length === 2)
    expect(atTheTop.length, atTheTop.join(', ')).toBeLessThanOrEqual(8)
  })
})

describe('the parts of the product', () => {
  it.each([
    ['lambda', /^(cdk|site|local|setup|test|docs)\/|^aws-cdk-lib|^constructs/],
    ['site', /^(cdk|lambda|local|setup|test|docs)\//],
    ['cdk', /^(site|local|setup|test|docs)\//],
    ['local', /^(site|test|docs)\//],
    ['setup', /^(lambda|cdk|site|local|test|docs)\//],
  ])('%s/ imports only from the parts it may use', (folder, forbidden) => {
    const wrong = filesOf(folder).flatMap(file =>
      importsOf(file)
        .filter(path => forbidden.test(path))
        .map(path => `${file} imports ${path}`),
    )
    expect(wrong).toEqual([])
  })
})
