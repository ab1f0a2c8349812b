import type { StoredObject } from './stored-object.ts'

/** Plays the distribution's way to the data bucket: asks the S3 stand-in for an object. Undefined where there is none. */
export function dataObjects(
  s3Url: string,
  bucket: string,
): (key: string) => Promise<StoredObject | undefined> {
  return async key => {
    const answer = await fetch(`${s3Url}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`)
    if (answer.status === 404) return undefined
    if (!answer.ok) throw new Error(`S3 answered ${answer.status} for ${key}: ${await answer.text()}`)
    const header = (name: string) => answer.headers.get(name) ?? ''
    return {
      body: Buffer.from(await answer.arrayBuffer()),
      etag: header('etag'),
      lastModified: new Date(header('last-modified')),
      contentType: header('content-type'),
      cacheControl: answer.headers.get('cache-control') ?? undefined,
    }
  }
}
