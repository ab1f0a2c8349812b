import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { document, root } from './documents.ts'

const documents = [
  ...readdirSync(root).filter(name => name.endsWith('.md')),
  ...readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
]

/** The blocks of a document: their language, and what stands in them. */
const blocksOf = (path: string) =>
  [...document(path).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text = '']) => ({
    language,
    text,
  }))

describe('the README', () => {
  it('has at most 200 lines', () => {
    expect(document('README.md').split('\n').length - 1).toBeLessThanOrEqual(200)
  })

  it('shows on its first screen a picture, and two commands', () => {
    const [screen = ''] = document('README.md').split('\n## ')
    expect(screen).toMatch(/^!\[.+\]\(docs\/dashboard\.png\)$/m)
    const [first] = blocksOf('README.md')
    expect(first?.text.trim().split('\n')).toHaveLength(2)
    expect(screen.indexOf('```')).toBeLessThan(600)
  })
})

describe.each(documents)('%s', path => {
  it('names only scripts that package.json has', () => {
    const named = [...document(path).matchAll(/\bnpm(?:\.cmd)? run ([a-z-]+)/g)].map(([, script]) => script)
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(named))
  })

  it('has nobody install past setup.mjs: an older npm would run the scripts of packages', () => {
    expect(document(path)).not.toMatch(/^npm (ci|i|install)\b|\*\* `npm (ci|i|install)`/m)
  })

  it('shows each command that one shell alone understands for the other one too', () => {
    const blocks = blocksOf(path)
    for (const [at, { language, text }] of blocks.entries()) {
      const isOfShAlone = language === 'sh' && /^[A-Z_]+=|\\$/m.test(text)
      expect([text, isOfShAlone ? blocks[at + 1]?.language : 'powershell']).toEqual([text, 'powershell'])
    }
  })
})
