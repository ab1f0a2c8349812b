import { S3Error } from './s3-error.ts'

export type Conditions = { readonly ifMatch: string | undefined; readonly ifNoneMatch: string | undefined }

const failed = () =>
  new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')

function names(condition: string, etag: string): boolean {
  return condition === '*' || condition.split(',').some(tag => unquoted(tag) === unquoted(etag))
}

function unquoted(tag: string): string {
  return tag.trim().replace(/^"|"$/g, '')
}

/**
 * Throws if the conditions forbid writing or removing an object. `etag`: of the current object, undefined if there is
 * none.
 */
export function checkWrite({ ifMatch, ifNoneMatch }: Conditions, etag: string | undefined): void {
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw new S3Error(501, 'NotImplemented', 'For writes, If-None-Match can only be *.')
  if (ifNoneMatch === '*' && etag !== undefined) throw failed()
  if (ifMatch === undefined) return
  if (etag === undefined) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.')
  if (!names(ifMatch, etag)) throw failed()
}

/** Returns whether the reader already has this object (then 304). Throws if it asks for another version only. */
export function isKnown({ ifMatch, ifNoneMatch }: Conditions, etag: string): boolean {
  if (ifMatch !== undefined && !names(ifMatch, etag)) throw failed()
  return ifNoneMatch !== undefined && names(ifNoneMatch, etag)
}
