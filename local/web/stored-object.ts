/** An object of a bucket. `etag` includes its quotes. */
export type StoredObject = {
  readonly body: Buffer
  readonly etag: string
  readonly lastModified: Date
  readonly contentType: string
  readonly cacheControl: string | undefined
}
