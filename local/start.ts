// What `npm start` runs: checks the options, builds, and starts. A wrong option is an error at once, not after a build.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseOptions } from './options.ts'

try {
  const { help } = parseOptions(process.argv.slice(2), process.env)
  if (!help) build()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
}
await import('./main.ts')

/** In a process of its own: the bundlers would stay in the memory of the dashboard. */
function build(): void {
  const script = fileURLToPath(new URL('../build.ts', import.meta.url))
  const { error, status } = spawnSync(process.execPath, [script], { stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) throw new Error('The build failed, see above.')
}
