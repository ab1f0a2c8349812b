import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3'
import type { StoredObject } from './stored-object.ts'

/** Reads objects of the data bucket from S3, as the distribution does. Returns undefined if there is no such object. */
export function dataObjects(
  s3: S3Client,
  bucket: string,
): (key: string) => Promise<StoredObject | undefined> {
  return async key => {
    try {
      const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      return (
        object.Body && {
          body: Buffer.from(await object.Body.transformToByteArray()),
          etag: object.ETag ?? '',
          lastModified: object.LastModified ?? new Date(),
          contentType: object.ContentType ?? 'binary/octet-stream',
          cacheControl: object.CacheControl,
        }
      )
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined
      throw error
    }
  }
}
