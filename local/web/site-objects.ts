import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { readEdge } from './edge.ts'
import type { StoredObject } from './stored-object.ts'

/** What `aws s3 sync`, which uploads the page, makes of a file's name. */
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
 * Plays the bucket of the page: the files of a directory, and `written`, the texts that a deployment makes, by key; to be
 * kept as long as the template's deployments say. A key is looked for among the names of the files that are there and
 * never made into a path, so that none leads out of it.
 */
export function siteObjects(
  template: unknown,
  directory: string,
  written: Readonly<Record<string, string>> = {},
): (key: string) => Promise<StoredObject | undefined> {
  const { siteCacheControl } = readEdge(template)
  const texts = new Map(Object.entries(written))
  const writtenAt = new Date()
  const object = (key: string, body: Buffer, lastModified: Date): StoredObject => ({
    body,
    etag: `"${createHash('md5').update(body).digest('hex')}"`,
    lastModified,
    contentType: contentTypes[extname(key)] ?? 'binary/octet-stream',
    cacheControl: siteCacheControl.find(({ prefix }) => prefix === '' || key.startsWith(`${prefix}/`))
      ?.cacheControl,
  })
  return async key => {
    const text = texts.get(key)
    if (text !== undefined) return object(key, Buffer.from(text), writtenAt)
    const path = (await files(directory)).get(key)
    if (path === undefined) return undefined
    const [body, { mtime }] = await Promise.all([readFile(path), stat(path)])
    return object(key, body, mtime)
  }
}

/** Listed at every request: a new build under a running server has new names. */
async function files(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return new Map(paths.map(path => [relative(directory, path).split(sep).join('/'), path]))
}
