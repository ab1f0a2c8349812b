import type { Crypto, RequestHeader } from './runtime.ts'

/** 64 letters of name and 256 of password need 430 of these, more outside of ASCII. */
const longestHeader = 1024

/**
 * The user name and password in an `Authorization` header of the scheme Basic (RFC 7617, in UTF-8), neither of them empty.
 * Undefined for everything else, without any work: that answer depends on nothing that the store knows.
 */
export function credentialsIn(
  header: RequestHeader | undefined,
): { name: string; password: string } | undefined {
  if (!header || header.multiValue || header.value.length > longestHeader) return undefined
  const found = /^basic +([a-z0-9+/]+={0,2})$/i.exec(header.value)
  if (!found) return undefined
  const text = Buffer.from(found[1] || '', 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 1 || colon === text.length - 1) return undefined
  return { name: text.slice(0, colon), password: text.slice(colon + 1) }
}

/**
 * The key of a user's record. Not the name itself: whatever a stranger types becomes 69 plain letters, within the store's
 * limits. Names that differ in capitals only are one, since phones write the first letter large.
 */
export const userKey = (name: string, crypto: Crypto): string =>
  `user-${crypto.createHash('sha256').update(name.toLowerCase()).digest('hex')}`
