import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as v from 'valibot'

/** A package with code in what is shipped. `texts` are its licence and notice files; some packages have none. */
export type Part = { name: string; version: string; license: unknown; author: string; texts: string[] }

const Manifest = v.object({
  name: v.string(),
  version: v.string(),
  license: v.optional(v.unknown()),
  author: v.optional(v.union([v.string(), v.object({ name: v.string() })]), ''),
})

/**
 * Returns the folders of the packages that these modules come from, without our own sources. `modules` are paths from
 * `root`, absolute paths, or a bundler's own modules, which begin with a NUL and the bundler's name.
 */
export function packageFolders(modules: Iterable<string>, root: string): string[] {
  const folders = [...modules].flatMap(module => {
    const path = module.startsWith('\0') ? `node_modules/${module.slice(1)}` : module.replaceAll('\\', '/')
    const folder = /^.*node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]
    return folder === undefined ? [] : resolve(root, folder)
  })
  return [...new Set(folders)].toSorted()
}

/** Reads a package's name, licence and notices. @throws Error if it has no package.json with a name and a version. */
export async function readPart(folder: string): Promise<Part> {
  const { author, ...manifest } = v.parse(
    Manifest,
    JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')),
  )
  const names = (await readdir(folder)).filter(name => /^(licen[cs]e|notice|copying|copyright)/i.test(name))
  const texts = await Promise.all(
    names.toSorted().map(async name => (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n')),
  )
  return {
    license: undefined,
    ...manifest,
    author: typeof author === 'string' ? author : author.name,
    texts: texts.map(text => withoutToolsOwnParts(text).trim()),
  }
}

/** Vite's file goes on with the licences of what Vite is made of. None of that is in a page. */
const withoutToolsOwnParts = (text: string): string =>
  text.split('\n# Licenses of bundled dependencies\n')[0] ?? text
