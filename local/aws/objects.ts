import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { makePrivateFolder, replacePrivateFiles, WriteError } from '../private-files.ts'
import { S3Error } from './s3-error.ts'

/** The headers of a put that are stored with the object. */
export type Metadata = {
  readonly contentType: string
  readonly cacheControl?: string
  /** `x-amz-meta-*`, without the prefix. */
  readonly user?: Readonly<Record<string, string>>
}

export type StoredObject = {
  readonly content: Buffer
  /** MD5 of the content, in double quotes. */
  readonly etag: string
  readonly lastModified: Date
  readonly metadata: Metadata
}

/**
 * Stores buckets as folders that only this user can open, and objects as files: `<dir>/<bucket>/<key>`. Metadata is in
 * `<dir>/.metadata/<bucket>/`, one file for each key. A file that was copied into the folder is an object too.
 *
 * Everything is synchronous on purpose: nothing else runs in this process between the check of a condition and the
 * rename of the file, so conditional writes need no locks.
 */
export function openObjects(dir: string) {
  /** Rejects keys that are not a file below the bucket, which S3 would accept. */
  function fileOf(bucket: string, key: string): string {
    const plain = key.split('/').every(part => part !== '' && part !== '.' && part !== '..')
    if (!plain || /[\0\\]/.test(key) || key.length > 1024)
      throw new S3Error(
        400,
        'InvalidArgument',
        `The key "${key}" is not a file name. This stand-in stores objects as files.`,
      )
    return join(folderOf(bucket), ...key.split('/'))
  }

  function folderOf(bucket: string): string {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
      throw new S3Error(400, 'InvalidBucketName', `"${bucket}" is not a valid bucket name.`)
    return join(dir, bucket)
  }

  function metadataFileOf(bucket: string, key: string): string {
    // Hashed: a key can be longer than a file name, and a/b would need a folder in place of the file a.
    return join(dir, '.metadata', bucket, `${createHash('sha256').update(key).digest('hex')}.json`)
  }

  function needBucket(bucket: string): string {
    const folder = folderOf(bucket)
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist.')
    return folder
  }

  return {
    /** Creates the bucket, unless it exists. */
    createBucket(bucket: string): void {
      makePrivateFolder(folderOf(bucket))
    },

    /** Throws if there is no such bucket. */
    needBucket,

    /** Returns the object, or `undefined`. Throws if there is no such bucket. */
    read(bucket: string, key: string): StoredObject | undefined {
      needBucket(bucket)
      const file = fileOf(bucket, key)
      const found = statSync(file, { throwIfNoEntry: false })
      if (found?.isFile() !== true) return undefined
      const content = readFileSync(file)
      return {
        content,
        etag: `"${createHash('md5').update(content).digest('hex')}"`,
        lastModified: found.mtime,
        metadata: readMetadata(metadataFileOf(bucket, key)),
      }
    },

    /**
     * Stores the object in one step: a reader sees either the old content or the new. Throws a 507 with a sentence for
     * people if the disk does not take it, and leaves what was there.
     */
    write(bucket: string, key: string, content: Buffer, metadata: Metadata): void {
      needBucket(bucket)
      const file = fileOf(bucket, key)
      if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
        throw new S3Error(
          400,
          'InvalidArgument',
          `"${key}" is a folder here, as other keys begin with "${key}/".`,
        )
      try {
        // The drafts are outside the buckets, so that an unfinished file is never listed.
        replacePrivateFiles(
          [
            [metadataFileOf(bucket, key), JSON.stringify(metadata)],
            [file, content],
          ],
          join(dir, '.metadata'),
        )
      } catch (error) {
        throw error instanceof WriteError ? new S3Error(507, 'NotStored', error.message) : error
      }
    },

    /** Removes the object, if any. */
    remove(bucket: string, key: string): void {
      needBucket(bucket)
      rmSync(fileOf(bucket, key), { force: true })
      rmSync(metadataFileOf(bucket, key), { force: true })
    },

    /** Returns all keys of a bucket in S3's order (by UTF-8 bytes). */
    keys(bucket: string): string[] {
      const folder = needBucket(bucket)
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry =>
          join(entry.parentPath, entry.name)
            .slice(folder.length + 1)
            .split(sep)
            .join('/'),
        )
        .toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    },
  }
}

function readMetadata(file: string): Metadata {
  const unknown: Metadata = { contentType: 'application/octet-stream' }
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return unknown
  const stored: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return isMetadata(stored) ? stored : unknown
}

function isMetadata(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && 'contentType' in value
}
