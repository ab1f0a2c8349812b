// Installs the locked dependencies when they are missing or differ from package-lock.json, so that `npm start` and
// `npm test` need no step before them. Plain JavaScript: it runs on whatever Node is there, before ours is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const stamp = new URL('node_modules/.installed-from', import.meta.url)
const lock = createHash('sha256')
  .update(readFileSync(new URL('package-lock.json', import.meta.url)))
  .update(`${process.platform}-${process.arch}`)
  .digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  process.stderr.write('Installing the dependencies (about half a minute, once) ...\n')
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: new URL('.', import.meta.url),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) {
    process.stderr.write('The dependencies could not be installed: `npm ci` failed, see above.\n')
    process.exit(1)
  }
  writeFileSync(stamp, lock)
}
