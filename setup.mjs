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
import { withoutSecrets } from './setup/without-secrets.mjs'
import { explainWriteFailure } from './setup/write-failure.mjs'

const pathOf = relative => fileURLToPath(new URL(relative, import.meta.url))
const { engines } = JSON.parse(readFileSync(pathOf('package.json'), 'utf8'))
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
  else {
    if (!isInstalled()) await withLock(pathOf('.data/install.lock'), sayWaiting, install)
    reportOldNode()
  }
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
  // No dependency needs its install script. Ours would only do what the next lines do.
  const complete = ['--include=dev', '--include=optional', '--ignore-scripts']
  const npm = spawn('npm', ['ci', ...complete, '--no-audit', '--no-fund', '--loglevel=error'], {
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
 * Fails with a sentence if npm scripts would run on an older Node than package.json demands. npm puts ours where they
 * look first, if the dependencies have one for this machine.
 */
function reportOldNode() {
  if (isEnough(process.versions.node)) return
  const env = Object.entries(environment).map(([name, value]) =>
    /^path$/i.test(name) ? [name, pathOf('node_modules/.bin') + delimiter + value] : [name, value],
  )
  const version = spawnSync('node', ['--version'], {
    env: Object.fromEntries(env),
    encoding: 'utf8',
    shell: process.platform === 'win32',
  }).stdout
  if (isEnough(version ?? '')) return
  process.stderr.write(
    `Node.js ${version?.trim() || process.version} is too old: the scripts need ${engines.node}. The dependencies have ` +
      `none for this machine (${process.platform} ${process.arch}), only for Linux with glibc (x64, arm64) and Windows ` +
      '(x64). Install a newer Node.js, and run the command again.\n',
  )
  process.exitCode = 1
}

function isEnough(version) {
  const [major, minor] = version.match(/\d+/g)?.map(Number) ?? [0, 0]
  const [leastMajor, leastMinor] = engines.node.match(/\d+/g).map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}

/**
 * The environment without secrets, and without our own Node on the PATH, where npm
 * scripts have it: npm would run on the Node that it is about to delete, and leaves out optional packages that
 * its Node is too old for, so that another Node needs another install.
 */
function ofInstall(environment) {
  const isOurs = folder => /[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder)
  return Object.fromEntries(
    Object.entries(withoutSecrets(environment)).map(([name, value]) => {
      if (!/^path$/i.test(name)) return [name, value]
      const folders = value.split(delimiter).filter(folder => !isOurs(folder))
      return [name, folders.join(delimiter)]
    }),
  )
}

function writeStamp() {
  // An install without the development or the optional dependencies (`npm ci --omit=dev`) is not enough for the scripts.
  const omits = (process.env.npm_config_omit ?? '').split(/\s+/)
  if (existsSync(pathOf('node_modules/vite')) && !omits.includes('optional')) writeFileSync(stamp, wanted)
}
