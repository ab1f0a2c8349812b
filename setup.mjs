// Installs the locked dependencies if they are missing, or were installed from another package-lock.json or by another
// Node. All npm scripts that need them have it as their `pre` script, in a shell of its own: the shell that has looked up
// `node` before would not find ours after. Plain JavaScript: it runs on any Node, before ours is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './setup/lock.mjs'
import { explainWriteFailure } from './setup/write-failure.mjs'

const pathOf = relative => fileURLToPath(new URL(relative, import.meta.url))
const stamp = pathOf('node_modules/.installed-from')

const environment = ofInstall(process.env)
const installingNode = spawnSync('node', ['--version'], { env: environment, encoding: 'utf8' }).stdout ?? ''
const wanted = createHash('sha256')
  .update(readFileSync(pathOf('package-lock.json')))
  .update(`${process.platform}-${process.arch}-${installingNode}`)
  .digest('hex')
const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted

try {
  // npm calls it so after an install, also after one that was typed by hand.
  if (process.argv[2] === '--installed') writeStamp()
  else if (!isInstalled()) await withLock(pathOf('.data/install.lock'), sayWaiting, install)
} catch (error) {
  const reason = explainWriteFailure(error, pathOf('node_modules')) ?? error.message
  process.stderr.write(`The dependencies could not be installed: ${reason}\n`)
  process.exitCode = 1
}

function sayWaiting() {
  process.stderr.write('Waiting for another install in this folder to end ...\n')
}

async function install() {
  if (isInstalled()) return
  process.stderr.write('Installing the dependencies (about half a minute, once) ...\n')
  rmSync(stamp, { force: true })
  const npm = spawn('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: pathOf('.'),
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  const [status] = await once(npm, 'close')
  if (status !== 0) throw new Error('`npm ci` failed, see above.')
  writeStamp()
}

/**
 * The environment without secrets: packages run scripts while they are installed. And without our own Node on the PATH,
 * where npm scripts have it: npm would run on the Node that it is about to delete, and leaves out optional packages that
 * its Node is too old for, so that another Node needs another install.
 */
function ofInstall(environment) {
  const kept = Object.entries(environment).filter(([name]) => !/^(SOPHOS|AWS)_/i.test(name))
  const isOurs = folder => /[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder)
  return Object.fromEntries(
    kept.map(([name, value]) => {
      if (!/^path$/i.test(name)) return [name, value]
      const folders = value.split(delimiter).filter(folder => !isOurs(folder))
      return [name, folders.join(delimiter)]
    }),
  )
}

function writeStamp() {
  // An install without the development dependencies (`npm ci --omit=dev`) is not enough for the scripts.
  if (existsSync(pathOf('node_modules/vite'))) writeFileSync(stamp, wanted)
}
