import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, mergeConfig } from 'vite'
import config from '../../site/vite.config.ts'

const sources = fileURLToPath(new URL('../../site', import.meta.url))
const built = fileURLToPath(new URL('../../dist/site', import.meta.url))

/**
 * Returns the folder of the built page: `dist/site`, which `npm test` builds first, unless a source is newer. Then it
 * builds the page into a new folder, so a single test file needs no build first and never tests an old page.
 */
export async function buildPage(): Promise<{ folder: string; remove: () => Promise<void> }> {
  if (await isUpToDate()) return { folder: built, remove: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'sophos-detections-page-'))
  // Vitest sets it to `test`, and Vite would build a different page from the deployed one.
  process.env.NODE_ENV = 'production'
  await build(mergeConfig(config, { configFile: false, logLevel: 'warn', build: { outDir: folder } }))
  return { folder, remove: () => rm(folder, { recursive: true }) }
}

async function isUpToDate(): Promise<boolean> {
  const page = await stat(join(built, 'index.html')).catch(() => undefined)
  if (!page) return false
  const entries = await readdir(sources, { recursive: true, withFileTypes: true })
  const changed = await Promise.all(
    entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => stat(join(parentPath, name))),
  )
  return changed.every(({ mtimeMs }) => mtimeMs < page.mtimeMs)
}
