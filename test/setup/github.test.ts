import { execFile } from 'node:child_process'
import { access, constants, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = async (path: string): Promise<unknown> => parse(await readFile(join(root, path), 'utf8'))
const formFolder = '.github/ISSUE_TEMPLATE'
const forms = (await readdir(join(root, formFolder))).filter(name => name !== 'config.yml')

const workflows = await readdir(join(root, '.github/workflows'))

describe('the workflow', () => {
  it('runs the CI commands on the oldest and the newest Node', async () => {
    const run = '.ci/run'
    expect(await read('.github/workflows/ci.yml')).toMatchObject({
      on: { push: { branches: ['main'] }, pull_request: null },
      jobs: { test: { strategy: { matrix: { node: [20, 24] } }, steps: expect.arrayContaining([{ run }]) } },
    })
    await access(join(root, run), constants.X_OK)
  })

  it.each(workflows)(
    "%s has read access only, and runs other people's actions by commit, which nobody can change afterwards",
    async file => {
      const path = `.github/workflows/${file}`
      expect(await read(path)).toMatchObject({ permissions: { contents: 'read' } })
      const actions = [...(await readFile(join(root, path), 'utf8')).matchAll(/uses: (.+)/g)]
      expect(actions.length).toBeGreaterThan(0)
      for (const [, action] of actions)
        expect(action).toMatch(/^actions\/(checkout|setup-node)@[0-9a-f]{40} # v6\.\d+\.\d+$/)
    },
  )

  it('asks every week for known weaknesses of what is shipped', async () => {
    expect(await read('.github/workflows/audit.yml')).toMatchObject({
      on: { schedule: [{ cron: expect.stringMatching(/^\d+ \d+ \* \* 1$/) }] },
      jobs: { audit: { steps: expect.arrayContaining([{ run: 'npm audit --omit=dev' }]) } },
    })
  })
})

const Text = v.pipe(v.string(), v.nonEmpty())
const Id = v.pipe(v.string(), v.regex(/^[\w-]+$/))
const common = { id: Id, validations: v.optional(v.strictObject({ required: v.boolean() })) }
const labelled = { label: Text, description: v.optional(Text) }
/** GitHub's schema of an issue form. GitHub drops any form that breaks it. */
const Form = v.strictObject({
  name: Text,
  description: Text,
  title: v.optional(Text),
  labels: v.array(Text),
  body: v.array(
    v.variant('type', [
      v.strictObject({ type: v.literal('markdown'), attributes: v.strictObject({ value: Text }) }),
      v.strictObject({ ...common, type: v.literal('input'), attributes: v.strictObject(labelled) }),
      v.strictObject({
        ...common,
        type: v.literal('textarea'),
        attributes: v.strictObject({ ...labelled, render: v.optional(Text) }),
      }),
      v.strictObject({
        ...common,
        type: v.literal('dropdown'),
        attributes: v.strictObject({ ...labelled, options: v.array(Text) }),
      }),
      v.strictObject({
        ...common,
        type: v.literal('checkboxes'),
        attributes: v.strictObject({
          ...labelled,
          options: v.array(v.strictObject({ label: Text, required: v.boolean() })),
        }),
      }),
    ]),
  ),
})

describe('an issue form', () => {
  it.each(forms)('%s is valid for GitHub', async name => {
    const { body } = v.parse(Form, await read(join(formFolder, name)))
    const ids = body.flatMap(part => ('id' in part ? part.id : []))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('for a report of Sophos Fusion warns about names, and requires a confirmation that there are none', async () => {
    const { body } = v.parse(Form, await read(join(formFolder, 'fusion-report.yml')))
    expect(body.find(({ type }) => type === 'markdown')).toMatchObject({
      attributes: { value: expect.stringContaining('It must hold no names') },
    })
    expect(body.find(({ type }) => type === 'checkboxes')).toMatchObject({
      attributes: { options: [{ label: expect.stringContaining('no names'), required: true }] },
    })
  })
})

it('Git writes all text files with the line ends that the checks require, even if set to those of Windows', async () => {
  const list = ['-c', 'core.autocrlf=true', 'ls-files', '-z']
  const { stdout: names } = await promisify(execFile)('git', list, { cwd: root, maxBuffer: 1e7 })
  const check = ['check-attr', 'eol', 'text', '--', ...names.split('\0').filter(Boolean)]
  const { stdout } = await promisify(execFile)('git', check, { cwd: root, maxBuffer: 1e7 })
  const wrong = stdout
    .split('\n')
    .filter(
      line =>
        line && !/eol: lf$|text: auto$|(\.png|\/from-0\.1\.0\/[^:]+): (text: unset|eol: lf)$/.test(line),
    )
  expect(wrong).toEqual([])
})
