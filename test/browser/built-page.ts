import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, mergeConfig } from 'vite'
import config from '../../site/vite.config.ts'

/** Builds the page into a folder of its own, so that a test needs no build before it and disturbs none. */
export async function buildPage(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sophos-detections-page-'))
  // Vitest sets it to `test`, and Vite would build another page than the one that is deployed.
  process.env.NODE_ENV = 'production'
  await build(mergeConfig(config, { configFile: false, logLevel: 'warn', build: { outDir: folder } }))
  return { folder, remove: () => rm(folder, { recursive: true }) }
}
