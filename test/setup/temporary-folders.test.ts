import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { unpackedChromium } from '../browser/chromium.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folders = ['cdk', 'docs', 'lambda', 'local', 'setup', 'site', 'test']

it('nothing uses a folder for temporary files under a name that another user could take first', async () => {
  const guessable: string[] = []
  for (const path of await sources()) {
    const text = await readFile(path, 'utf8')
    // mkdtemp makes a folder with a name of chance, for this user only.
    const rest = text.replaceAll(/mkdtemp(Sync)?\(\s*join\(tmpdir\(\), '[\w-]+-'\),?\s*\)/g, '')
    if (/tmpdir\(|['"`]\/(var\/)?tmp\b/.test(rest)) guessable.push(relative(root, path))
  }
  expect(guessable).toEqual([])
})

it.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'the Chromium of the tests lies beside its package, where only this user can put a program',
  async () => {
    const folder = await unpackedChromium()
    expect(folder.startsWith(join(root, 'node_modules/'))).toBe(true)
    const { mode, uid } = await stat(folder)
    expect({ mode: mode & 0o777, uid }).toEqual({ mode: 0o700, uid: process.getuid?.() })
  },
)

async function sources(): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async folder =>
      (await readdir(join(root, folder), { recursive: true }))
        .filter(name => /\.(tsx?|mjs)$/.test(name))
        .map(name => join(root, folder, name)),
    ),
  )
  return [...lists.flat(), join(root, 'build.ts'), join(root, 'setup.mjs')]
}
