import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'

export type StoredObject = { readonly bytes: Uint8Array; readonly etag: string }

type NewObject = {
  readonly body: string | Uint8Array
  readonly contentType: string
  readonly cacheControl: string
  /** The ETag that the object must still have, or null where there must be none. Left out, it is written in any case. */
  readonly onlyIf?: string | null
}

/** Another writer changed the object in the meantime. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError'
}

/** The data bucket, as far as a run needs it. */
export type Store = {
  read(key: string): Promise<StoredObject | undefined>
  /** The object's ETag, or null where there is none: what `onlyIf` takes. */
  etag(key: string): Promise<string | null>
  /** Returns the new ETag. Throws ConflictError where `onlyIf` does not hold. */
  write(key: string, object: NewObject): Promise<string>
  /** The keys that begin with `prefix`, in their order. */
  list(prefix: string): Promise<string[]>
}

export function s3Store(client: S3Client, bucket: string): Store {
  return {
    async read(key) {
      try {
        const { Body, ETag = '' } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
        return Body && { bytes: await Body.transformToByteArray(), etag: ETag }
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined
        throw error
      }
    },

    async etag(key) {
      try {
        const { ETag = '' } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
        return ETag
      } catch (error) {
        if (error instanceof NotFound) return null
        throw error
      }
    },

    async write(key, { body, contentType, cacheControl, onlyIf }) {
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        CacheControl: cacheControl,
        ...(onlyIf === null ? { IfNoneMatch: '*' } : onlyIf !== undefined && { IfMatch: onlyIf }),
      })
      try {
        const { ETag = '' } = await client.send(put)
        return ETag
      } catch (error) {
        // 409: another conditional write of the same object was under way; docs.aws.amazon.com, "Conditional writes".
        const isConflict =
          error instanceof S3ServiceException && [409, 412].includes(error.$metadata.httpStatusCode ?? 0)
        throw isConflict
          ? new ConflictError(`Another writer changed ${key} in the meantime.`, { cause: error })
          : error
      }
    },

    async list(prefix) {
      const keys: string[] = []
      let ContinuationToken: string | undefined
      do {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken }),
        )
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []))
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken)
      return keys
    },
  }
}
