import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { readEdge } from './edge.ts'
import type { StoredObject } from './stored-object.ts'

/** The content types that `aws s3 sync`, which uploads the page, derives from file names. */
const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.ico': 'image/vnd.microsoft.icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.woff2': 'font/woff2',
}

/**
 * Stands in for the page's bucket: the files of a directory and `written`, the texts that a deployment generates, by
 * key, with the cache rules of the template's deployments. As in that bucket, immutable files stay after a new build,
 * because an open page can still request them. Keys are compared with the list of files and never used as a path, so no
 * key leads out of the directory.
 */
export function siteObjects(
  template: unknown,
  directory: string,
  written: Readonly<Record<string, string>> = {},
): (key: string) => Promise<StoredObject | undefined> {
  const { siteCacheControl } = readEdge(template)
  const texts = new Map(Object.entries(written))
  const writtenAt = new Date()
  const cacheControl = (key: string) =>
    siteCacheControl.find(({ prefix }) => prefix === '' || key.startsWith(`${prefix}/`))?.cacheControl
  const isLasting = (key: string) => cacheControl(key)?.includes('immutable') ?? false
  const object = (key: string, body: Buffer, lastModified: Date): StoredObject => ({
    body,
    etag: `"${createHash('md5').update(body).digest('hex')}"`,
    lastModified,
    contentType: contentTypes[extname(key)] ?? 'binary/octet-stream',
    cacheControl: cacheControl(key),
  })
  /** Returns undefined if a build has just deleted the file. */
  async function read(key: string, path: string): Promise<StoredObject | undefined> {
    try {
      const [body, { mtime }] = await Promise.all([readFile(path), stat(path)])
      return object(key, body, mtime)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
  const lasting = new Map<string, StoredObject>()
  return async key => {
    const text = texts.get(key)
    if (text !== undefined) return object(key, Buffer.from(text), writtenAt)
    const paths = await files(directory)
    for (const [name, path] of paths) {
      if (!isLasting(name) || lasting.has(name)) continue
      const file = await read(name, path)
      if (file) lasting.set(name, file)
    }
    const path = paths.get(key)
    return lasting.get(key) ?? (path === undefined ? undefined : await read(key, path))
  }
}

/** Read for each request, because a new build has new file names. */
async function files(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return new Map(paths.map(path => [relative(directory, path).split(sep).join('/'), path]))
}
