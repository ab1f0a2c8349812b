import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from '../../setup/lock.mjs'

let lock: string
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'))
  lock = join(folder, 'new/test.lock')
})
afterEach(() => rm(folder, { recursive: true }))

/** No process can have this id. */
const noProcess = 2 ** 31 - 1

async function leave(owner: string, ageMs: number): Promise<void> {
  await mkdir(lock, { recursive: true })
  await writeFile(join(lock, owner), '')
  const then = new Date(Date.now() - ageMs)
  await utimes(join(lock, owner), then, then)
}

describe('a lock', () => {
  it('allows one task at a time', async () => {
    let running = 0
    const work = async () => {
      running++
      for (let turn = 0; turn < 100; turn++) {
        await new Promise(setImmediate)
        expect(running).toBe(1)
      }
      running--
    }
    await Promise.all([1, 2, 3].map(() => withLock(lock, () => {}, work)))
    expect(await readdir(lock)).toEqual(['free'])
    expect(await readdir(join(folder, 'new'))).toEqual(['test.lock'])
  })

  it.skipIf(process.platform === 'win32')('makes its folder for this user only', async () => {
    // It is often the first to make .data/, where the figures come later.
    await withLock(
      lock,
      () => {},
      () => {},
    )
    for (const path of [join(folder, 'new'), lock, join(lock, 'free')])
      expect((await stat(path)).mode & 0o077).toBe(0)
  })

  it('is released after a failed task', async () => {
    const failed = withLock(
      lock,
      () => {},
      () => Promise.reject(new Error('disk full')),
    )
    await expect(failed).rejects.toThrow('disk full')
    expect(await withLock(lock, never, () => 'done')).toBe('done')
  })

  it.each([
    ['a process that ended', `${noProcess}-a`, 0],
    ['another process with the id of one that ended', `${process.ppid}-a`, 61_000],
  ])('of %s is taken over', async (_, owner, ageMs) => {
    await leave(owner, ageMs)
    expect(await withLock(lock, never, () => 'done')).toBe('done')
  })

  it('of a live process with a recent sign of life is respected', async () => {
    const owner = `${process.ppid}-a`
    await leave(owner, 30_000)
    const happened: string[] = []
    const onWait = () => {
      happened.push('waits')
      void rm(join(lock, owner)).then(() => leave('free', 0))
    }
    await withLock(lock, onWait, () => happened.push('works'))
    expect(happened).toEqual(['waits', 'works'])
  })
})

function never(): void {
  throw new Error('It waited.')
}
