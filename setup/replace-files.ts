import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/**
 * Moves the files of `from` to `to`, and deletes the files of `to` that `from` does not have. A reader of `to` sees each
 * file whole, old or new, and never a page before the files that it loads. Both must be on one file system.
 */
export async function replaceFiles(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  const names = await filesIn(from)
  const isPage = (name: string) => name.endsWith('.html')
  for (const name of [...names.filter(name => !isPage(name)), ...names.filter(isPage)]) {
    await mkdir(dirname(join(to, name)), { recursive: true })
    await rename(join(from, name), join(to, name))
  }
  const outdated = (await filesIn(to)).filter(name => !names.includes(name))
  await Promise.all(outdated.map(name => rm(join(to, name))))
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
}
