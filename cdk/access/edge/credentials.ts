import type { Crypto, RequestHeader } from './runtime.ts'

/** A name of 64 and a password of 256 characters need 430 in ASCII, more otherwise. */
const maxHeaderLength = 1024

/**
 * Returns the user name and password from a Basic `Authorization` header (RFC 7617, UTF-8), neither empty. Returns
 * undefined for anything else. That answer is fast, but does not depend on the store, so its timing reveals nothing.
 */
export function credentialsIn(
  header: RequestHeader | undefined,
): { name: string; password: string } | undefined {
  if (!header || header.multiValue || header.value.length > maxHeaderLength) return undefined
  const found = /^basic +([a-z0-9+/]+={0,2})$/i.exec(header.value)
  if (!found) return undefined
  const text = Buffer.from(found[1] || '', 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 1 || colon === text.length - 1) return undefined
  return { name: text.slice(0, colon), password: text.slice(colon + 1) }
}

/**
 * Returns the key of a user's record: a hash of the name, so any input becomes 69 plain characters, within the store's
 * limits. Ignores case, because phones capitalise the first letter.
 */
export const userKey = (name: string, crypto: Crypto): string =>
  `user-${crypto.createHash('sha256').update(name.toLowerCase()).digest('hex')}`
