import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { explainWriteFailure } from '../setup/write-failure.mjs'

// Windows has no such modes: there, the folder above decides who can read.
const folderMode = { recursive: true, mode: 0o700 } as const
const fileMode = { mode: 0o600 } as const

/** The message is a sentence for people: what could not be written, why, and what to do. */
export class WriteError extends Error {}

/** Makes a folder, and those above it, that only this user can open. Throws WriteError. */
export function makePrivateFolder(folder: string): void {
  explained(folder, () => mkdirSync(folder, folderMode))
}

/**
 * Replaces files, each in one step, by such that only this user can read. Missing folders are made. Unfinished files are in
 * the folder `drafts`, on the same disk. All are written before the first is renamed, so that a full disk changes nothing.
 * Throws WriteError.
 */
export function replacePrivateFiles(files: readonly [string, string | Buffer][], drafts: string): void {
  const parts = files.map(([file, content]) => ({
    file,
    content,
    draft: join(drafts, `${randomUUID()}.draft`),
  }))
  explained(drafts, () => {
    try {
      for (const { file, content, draft } of parts) {
        mkdirSync(dirname(file), folderMode)
        writeFileSync(draft, content, fileMode)
      }
      for (const { file, draft } of parts) renameSync(draft, file)
    } catch (error) {
      for (const { draft } of parts) rmSync(draft, { force: true })
      throw error
    }
  })
}

/**
 * Makes a folder, if it is missing, and closes it and all that it holds to other users: an earlier version left both open.
 * Returns a sentence if something may have stayed open, such as on a disk that has no modes. Throws WriteError.
 */
export function openPrivateFolder(folder: string): string | undefined {
  makePrivateFolder(folder)
  const [first, ...more] = closeToOthers(realpathSync(folder))
  if (first === undefined) return undefined
  const what = more.length === 0 ? first : `${first} and ${more.length} more`
  return `Other users of this machine may be able to read ${what}: the permissions could not be changed.`
}

function explained(folder: string, act: () => void): void {
  try {
    act()
  } catch (cause) {
    const sentence = explainWriteFailure(cause, folder)
    throw sentence === undefined ? cause : new WriteError(sentence, { cause })
  }
}

/** Returns what could not be closed. Links are left alone, since they lead out of the folder. */
function closeToOthers(path: string): string[] {
  if (process.platform === 'win32') return []
  try {
    const found = lstatSync(path)
    if (found.isSymbolicLink()) return []
    if (found.mode & 0o077) chmodSync(path, found.mode & 0o700)
    return found.isDirectory() ? readdirSync(path).flatMap(name => closeToOthers(join(path, name))) : []
  } catch (error) {
    // Another process, such as a demo that ends, has removed it.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    return [path]
  }
}
