import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './documents.ts'

const table = '| name | meaning |\n| --- | --- |\n| a | first |\n'
const titled = (text: string) => `# Title\n\n${text}`

/** A file for each kind of mistake, and the rule that finds it. */
const mistakes: readonly (readonly [kind: string, text: string, rule: string])[] = [
  ['conflict', titled('<<<<<<< HEAD\n\nours\n'), 'no-conflict-markers'],
  ['conflict-middle', titled('ours\n\n=======\n\ntheirs\n'), 'no-conflict-markers'],
  ['conflict-end', titled('theirs\n\n>>>>>>> branch\n'), 'no-conflict-markers'],
  ['headless', titled('Text.\n\n| b | second |\n| c | third |\n'), 'no-stray-table-rows'],
  ['row-in-text', titled('Text that goes on\n| b | second |\n'), 'no-stray-table-rows'],
  ['row-twice', titled(`${table}| a | first |\n`), 'no-stray-table-rows'],
  ['row-twice-elsewhere', titled(`${table}\nText.\n\n${table}`), 'no-stray-table-rows'],
  ['second-head', titled(`${table}| --- | --- |\n`), 'no-stray-table-rows'],
  ['short-row', titled(`${table}| b |\n`), 'MD056'],
  ['long-row', titled(`${table}| b | second | too much |\n`), 'MD056'],
  ['dead-link', titled('[gone](gone.md)\n'), 'relative-links'],
  ['dead-picture', titled('![gone](gone.png)\n'), 'relative-links'],
  ['dead-heading', titled('[there](good.md#gone)\n'), 'relative-links'],
  ['dead-heading-here', titled('[here](#gone)\n'), 'MD051'],
  ['undefined-link', titled('[text][gone]\n'), 'MD052'],
  ['reversed-link', titled('(text)[good.md]\n'), 'MD011'],
  ['skipped-level', titled('### Too deep\n'), 'MD001'],
  ['same-heading', titled('## Again\n\ntext\n\n## Again\n'), 'MD024'],
  ['no-language', titled('```\nnpm start\n```\n'), 'MD040'],
  ['too-wide', titled(`${'word '.repeat(30)}end\n`), 'MD013'],
]

const good = titled(
  `## Part one\n\n${table}\n[there](good.md#part-one), [the top](#title)\n\n\`\`\`text\n| no | table |\n\`\`\`\n`,
)

let folder: string
let found: string

/** What `npm run check` would say of the files in the folder. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'documents-'))
  writeFileSync(join(folder, 'good.md'), good)
  for (const [kind, text] of mistakes) writeFileSync(join(folder, `${kind}.md`), text)
  const linter = join(root, 'node_modules/markdownlint-cli2/markdownlint-cli2-bin.mjs')
  const config = join(root, '.markdownlint-cli2.mjs')
  const { status, stderr } = spawnSync(process.execPath, [linter, '--config', config], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(status).toBe(1)
  found = stderr
})
afterAll(() => rmSync(folder, { recursive: true }))

const foundIn = (kind: string) => found.split('\n').filter(line => line.startsWith(`${kind}.md:`))

describe('the check of the documents', () => {
  it.each(mistakes)('finds %s', (kind, _text, rule) => {
    expect(foundIn(kind).join('\n')).toContain(` ${rule}`)
  })

  it('finds nothing where nothing is wrong, nor in a block of code', () => {
    expect(foundIn('good')).toEqual([])
  })
})
