import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'

/** The data bucket, as far as a run needs it. */
export type Store = {
  /** The object's text, or undefined where there is none. */
  read(key: string): Promise<string | undefined>
  write(key: string, object: { body: string; contentType: string; cacheControl: string }): Promise<void>
}

export function s3Store(client: S3Client, bucket: string): Store {
  return {
    async read(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
        return await Body?.transformToString('utf-8')
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined
        throw error
      }
    },
    async write(key, { body, contentType, cacheControl }) {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          CacheControl: cacheControl,
        }),
      )
    },
  }
}
