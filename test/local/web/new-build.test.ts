import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { synthesizeTemplate } from '../../../cdk/synthesize.ts'
import { siteObjects } from '../../../local/web/site-objects.ts'
import { replaceFiles } from '../../../setup/replace-files.ts'

let folder: string
let site: ReturnType<typeof siteObjects>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'new-build-'))
  await build('one')
  site = siteObjects(synthesizeTemplate({}), join(folder, 'site'))
})
afterEach(() => rm(folder, { recursive: true }))

async function build(name: string): Promise<void> {
  const fresh = join(folder, 'fresh')
  await mkdir(join(fresh, 'assets'), { recursive: true })
  await writeFile(join(fresh, 'index.html'), name)
  await writeFile(join(fresh, `assets/${name}.js`), name)
  await replaceFiles(fresh, join(folder, 'site'))
}

const read = async (key: string) => (await site(key))?.body.toString()

it('an open page can still get the files of its build after any number of builds', async () => {
  expect(await read('index.html')).toBe('one')
  await build('two')
  expect(await read('index.html')).toBe('two')
  await build('three')
  for (const name of ['one', 'two', 'three'])
    expect([name, await read(`assets/${name}.js`)]).toEqual([name, name])
  expect(await read('index.html')).toBe('three')
})

it('a file that never existed stays missing', async () => {
  expect(await read('assets/other.js')).toBeUndefined()
})
