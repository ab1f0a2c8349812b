// `npm start`: checks the options, builds and starts. A wrong option fails before the build.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { withoutSecrets } from '../setup/without-secrets.mjs'
import { parseOptions } from './options.ts'
import { printError } from './print.ts'

try {
  const { help } = parseOptions(process.argv.slice(2), process.env)
  if (!help) build()
} catch (error) {
  printError(error)
  process.exit(1)
}
await import('./main.ts')

/** Builds in another process, so that the bundlers do not stay in memory. */
function build(): void {
  const script = fileURLToPath(new URL('../build.ts', import.meta.url))
  const env = withoutSecrets(process.env)
  const { error, status } = spawnSync(process.execPath, [script], { stdio: 'inherit', env })
  if (error) throw error
  if (status !== 0) throw new Error('The build failed, see above.')
}
