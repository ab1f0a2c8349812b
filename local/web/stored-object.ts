/** An object as its bucket gives it. `etag` with its quotes. */
export type StoredObject = {
  readonly body: Buffer
  readonly etag: string
  readonly lastModified: Date
  readonly contentType: string
  readonly cacheControl: string | undefined
}
