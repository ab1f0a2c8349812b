import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openObjects } from '../../local/aws/objects.ts'
import { startAws } from '../../local/aws/server.ts'
import { openPrivateFolder, replacePrivateFiles, WriteError } from '../../local/private-files.ts'
import { explainWriteFailure } from '../../setup/write-failure.mjs'

const isWindows = process.platform === 'win32'
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'private-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

/** What other users may do with a folder and all in it: the paths, with their modes, that are open to them. */
function openToOthers(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name))
  return [folder, ...paths].filter(path => {
    const found = lstatSync(path)
    return !found.isSymbolicLink() && (found.mode & 0o077) !== 0
  })
}

describe.skipIf(isWindows)('on this machine, other users', () => {
  it('can read nothing that the stand-in for S3 keeps', () => {
    const objects = openObjects(join(dir, 'data'))
    objects.createBucket('sophos')
    for (const key of ['detections.csv', 'state/default/lease.json', 'detections.csv'])
      objects.write('sophos', key, Buffer.from(key), { contentType: 'text/plain' })
    expect(openToOthers(join(dir, 'data'))).toEqual([])
    expect(readdirSync(join(dir, 'data'), { recursive: true })).toHaveLength(9)
  })

  it('can read no exported file, even if they could read the one before; a folder that was there stays as it is', () => {
    chmodSync(dir, 0o755)
    writeFileSync(join(dir, 'detections.csv'), 'old', { mode: 0o644 })
    replacePrivateFiles(
      [
        [join(dir, 'detections.csv'), 'new'],
        [join(dir, 'a/b/access-report.md'), 'new'],
      ],
      dir,
    )
    expect(readFileSync(join(dir, 'detections.csv'), 'utf8')).toBe('new')
    expect(openToOthers(dir)).toEqual([dir])
    expect(lstatSync(dir).mode & 0o777).toBe(0o755)
  })

  it('lose the right to read what an earlier version left, and nothing outside of it', () => {
    const outside = join(dir, 'outside.txt')
    const data = join(dir, 'data')
    writeFileSync(outside, 'x', { mode: 0o644 })
    mkdirSync(join(data, 'sophos/state'), { recursive: true, mode: 0o755 })
    writeFileSync(join(data, 'sophos/state/default.json'), '{}', { mode: 0o644 })
    symlinkSync(outside, join(data, 'sophos/link'))
    mkdirSync(join(dir, 'elsewhere'), { mode: 0o755 })
    symlinkSync(join(dir, 'elsewhere'), join(data, 'folder'))
    expect(openPrivateFolder(data)).toBeUndefined()
    expect(openToOthers(data)).toEqual([])
    expect(lstatSync(outside).mode & 0o777).toBe(0o644)
    expect(lstatSync(join(dir, 'elsewhere')).mode & 0o777).toBe(0o755)
    expect(readFileSync(join(data, 'sophos/state/default.json'), 'utf8')).toBe('{}')
  })

  it('get no right from the folder being a link', () => {
    mkdirSync(join(dir, 'elsewhere'), { mode: 0o755 })
    symlinkSync(join(dir, 'elsewhere'), join(dir, 'data'))
    expect(openPrivateFolder(join(dir, 'data'))).toBeUndefined()
    expect(lstatSync(join(dir, 'elsewhere')).mode & 0o777).toBe(0o700)
  })
})

describe('what cannot be written', () => {
  const failure = (fields: { code?: string; path?: string; syscall?: string }, message = 'x') =>
    Object.assign(new Error(message), fields)

  it.each([
    [
      failure({ code: 'ENOSPC', syscall: 'write' }),
      /^The disk of \/here is full.+free some space\. \(ENOSPC\)$/,
    ],
    [failure({ code: 'ENOSPC', path: '/here/file' }), /^The disk of \/here is full/],
    [failure({ code: 'EDQUOT' }), /^The disk of \/here is full, or your share of it\./],
    [
      failure({ code: 'EROFS', path: '/here/x' }),
      /^\/here\/x is on a disk that is read-only\. Run this from/,
    ],
    [failure({ code: 'EROFS', path: '/here/1.draft' }), /^\/here is on a disk/],
    [
      failure({ code: 'EACCES', path: '/here/x', syscall: 'mkdir' }),
      /^You have no right to write \/here\/x\./,
    ],
    [failure({ code: 'EPERM', path: '/here/x' }), /^You have no right to write \/here\/x\./],
    [failure({ code: 'EEXIST', path: '/here/x' }), /^\/here\/x cannot be written: a file stands where/],
    [failure({ code: 'ENOTDIR', path: '/here/x' }), /Move it away\. \(ENOTDIR\)$/],
    [failure({ code: 'ENOENT', path: '/here/x', syscall: 'mkdir' }), /^The folder \/here\/x cannot be made/],
    [failure({}, 'write /here/x: no space left on device'), /^The disk of \/here is full.+\(ENOSPC\)$/],
    [failure({}, 'open /here/x: read-only file system'), /read-only.+\(EROFS\)$/],
  ])('%o is said in a sentence', (error, sentence) => {
    expect(explainWriteFailure(error, '/here')).toMatch(sentence)
  })

  it.each([
    failure({ code: 'EACCES', syscall: 'listen' }),
    failure({ code: 'EACCES', syscall: 'spawn node', path: 'node' }),
    failure({ code: 'ENOENT', syscall: 'open', path: '/here/x' }),
    failure({ code: 'ECONNREFUSED' }),
    failure({}, 'Build failed with 1 error'),
    'text',
    undefined,
  ])('%o is no failure to write', error => {
    expect(explainWriteFailure(error, '/here')).toBeUndefined()
  })

  it('changes nothing, and leaves no unfinished file', () => {
    const files = join(dir, 'files')
    replacePrivateFiles([[join(files, 'a'), 'old']], files)
    const both: [string, string][] = [
      [join(files, 'a'), 'new'],
      [join(files, 'a/b'), 'new'],
    ]
    expect(() => replacePrivateFiles(both, files)).toThrow(WriteError)
    expect(readdirSync(files)).toEqual(['a'])
    expect(readFileSync(join(files, 'a'), 'utf8')).toBe('old')
  })

  it('is refused at the start with a sentence', async () => {
    writeFileSync(join(dir, 'file'), '')
    expect(() => openPrivateFolder(join(dir, 'file'))).toThrow(
      /^\S+file cannot be written: .+ Move it away\./,
    )
    await expect(startAws({ dir: join(dir, 'file'), secrets: {} })).rejects.toThrow(WriteError)
  })

  it('is a 507 of S3 that says why, and one line on the terminal however often it happens', async () => {
    const aws = await startAws({ dir, buckets: ['data'], secrets: {} })
    const written: string[] = []
    const usual = process.stderr.write
    process.stderr.write = text => written.push(String(text)) > 0
    try {
      // As a disk that takes no more: no draft can be written.
      rmSync(join(dir, '.metadata'), { recursive: true })
      writeFileSync(join(dir, '.metadata'), '')
      for (const key of ['a', 'b']) {
        const headers = { authorization: 'AWS4-HMAC-SHA256 x' }
        const answer = await fetch(`${aws.url}/data/${key}`, { method: 'PUT', headers, body: 'x' })
        expect([answer.status, await answer.text()]).toEqual([507, expect.stringMatching(/Move it away\./)])
      }
    } finally {
      process.stderr.write = usual
      await aws.close()
    }
    expect(written).toEqual([expect.stringMatching(/^\S+ cannot be written: .+\(\w+\)\n$/)])
    expect(readdirSync(join(dir, 'data'))).toEqual([])
  })
})
