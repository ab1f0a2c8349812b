import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, mergeConfig } from 'vite'
import config from '../../site/vite.config.ts'

const sources = fileURLToPath(new URL('../../site', import.meta.url))
const built = fileURLToPath(new URL('../../dist/site', import.meta.url))

/**
 * The folder of the built page: `dist/site`, as `npm test` builds it before, where no source is newer; else the page is
 * built into a folder of its own, so that a single test file needs no build before it and is never about an old page.
 */
export async function buildPage(): Promise<{ folder: string; remove: () => Promise<void> }> {
  if (await isUpToDate()) return { folder: built, remove: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'sophos-detections-page-'))
  // Vitest sets it to `test`, and Vite would build another page than the one that is deployed.
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
