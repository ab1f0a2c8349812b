// Allows users who sign in with HTTP Basic, and only from the ranges, if any. CloudFront runs this on every request,
// before its cache: all users share the cached copies, and no copy is served without this check. access-program.ts
// adds a header that defines cf, crypto, RANGES and SECURITY_HEADERS.
import { isWithin } from './address.ts'
import { wrongAddress, wrongPassword } from './answers.ts'
import { credentialsIn, userKey } from './credentials.ts'
import { isPasswordOf } from './password.ts'

const users = cf.kvs()

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls the function by this name.
async function handler(event) {
  const ip = event.viewer.ip
  if (RANGES.length > 0 && !isWithin(ip, RANGES)) return wrongAddress(ip, SECURITY_HEADERS)

  const claimed = credentialsIn(event.request.headers.authorization)
  if (!claimed) return wrongPassword(SECURITY_HEADERS)
  const stored = await storedRecord(userKey(claimed.name, crypto))
  if (!isPasswordOf(stored, claimed.password, crypto)) return wrongPassword(SECURITY_HEADERS)

  // Not needed any more. The origin access control would replace it anyway.
  delete event.request.headers.authorization
  return event.request
}

async function storedRecord(key) {
  try {
    const stored = await users.get(key)
    return stored
  } catch {
    // The key is missing, or the store cannot be read: refuse.
    return ''
  }
}
