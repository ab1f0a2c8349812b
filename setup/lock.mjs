// Lets one process at a time do a piece of work. Plain JavaScript, because setup.mjs runs before our Node is installed.
import { randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const retryMs = 200
const heartbeatMs = 5_000
/** Without a heartbeat for this long, the owner is gone, even if another process has its number by now. */
const longestSilenceMs = 60_000

/**
 * Runs `work` while no other process runs work under the same lock, returns its result, throws what it throws.
 * `onWait` is called once if the lock is not free.
 *
 * The lock is a folder with one file, and the file's name is the owner, or `free`. Only one process can rename a given
 * name, so only one can take a free lock, or that of a killed owner.
 */
export async function withLock(folder, onWait, work) {
  const own = `${process.pid}-${randomUUID()}`
  create(folder, own)
  for (let tries = 0; !take(folder, own); tries++) {
    if (tries === 0) onWait()
    await sleep(retryMs)
  }
  const file = join(folder, own)
  const heartbeat = setInterval(() => ifThere(() => touch(file)), heartbeatMs)
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    ifThere(() => renameSync(file, join(folder, 'free')))
  }
}

/** Makes the folder with its file in one step: one that is killed half-way must not leave an empty folder. */
function create(folder, own) {
  if (existsSync(folder)) return
  // The folder of the figures too, which are not for other users.
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 })
  const draft = `${folder}.${own}`
  mkdirSync(draft, { mode: 0o700 })
  writeFileSync(join(draft, 'free'), '', { mode: 0o600 })
  try {
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true })
    if (!existsSync(folder)) throw error
  }
}

function take(folder, own) {
  const [owner] = readdirSync(folder)
  if (owner === undefined) return false
  const file = join(folder, owner)
  return ifThere(() => {
    if (owner !== 'free' && isAlive(Number.parseInt(owner, 10)) && silence(file) < longestSilenceMs)
      return false
    // First the time, then the name: others must not see a new owner with an old heartbeat.
    touch(file)
    renameSync(file, join(folder, own))
    return true
  })
}

const silence = file => Date.now() - statSync(file).mtimeMs

function touch(file) {
  const now = new Date()
  utimesSync(file, now, now)
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, and belongs to another user.
    return error.code !== 'ESRCH'
  }
}

/** Returns what `act` returns, or false if another process has renamed the file meanwhile. */
function ifThere(act) {
  try {
    return act()
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
}
