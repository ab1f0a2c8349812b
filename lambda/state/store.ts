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
import { within } from '../network/time-limit.ts'

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

/** One read or write, the client's own retries included. The largest object has a few megabytes. */
const longestMs = 15_000

/** `msLeft` is the time that is left for the whole run, in ms: no read or write takes longer. */
export function s3Store(
  client: S3Client,
  bucket: string,
  msLeft: () => number = () => Number.POSITIVE_INFINITY,
): Store {
  const inTime = <T>(what: string, work: (abort: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> =>
    within(Math.min(longestMs, msLeft()), what, abortSignal => work({ abortSignal }))

  return {
    async read(key) {
      const get = new GetObjectCommand({ Bucket: bucket, Key: key })
      try {
        return await inTime(`Reading ${key} from S3`, async abort => {
          const { Body, ETag = '' } = await client.send(get, abort)
          return Body && { bytes: await Body.transformToByteArray(), etag: ETag }
        })
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined
        throw error
      }
    },

    async etag(key) {
      const head = new HeadObjectCommand({ Bucket: bucket, Key: key })
      try {
        const { ETag = '' } = await inTime(`Asking S3 for ${key}`, abort => client.send(head, abort))
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
        const { ETag = '' } = await inTime(`Writing ${key} to S3`, abort => client.send(put, abort))
        return ETag
      } catch (error) {
        throw isConflict(error)
          ? new ConflictError(`Another writer changed ${key} in the meantime.`, { cause: error })
          : error
      }
    },

    async list(prefix) {
      const keys: string[] = []
      let ContinuationToken: string | undefined
      do {
        const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken })
        const page = await inTime(`Listing ${prefix} in S3`, abort => client.send(list, abort))
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []))
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken)
      return keys
    },
  }
}

/**
 * 412: the object is not as it was. 404 NoSuchKey: it was removed. 409: another conditional write of it was under way
 * (docs.aws.amazon.com, "Conditional writes").
 */
function isConflict(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false
  const status = error.$metadata.httpStatusCode ?? 0
  return status === 409 || status === 412 || (status === 404 && error.name === 'NoSuchKey')
}
