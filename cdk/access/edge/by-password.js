// Lets users pass who sign in by HTTP Basic; where there are ranges, only from those. CloudFront runs it before its cache, on
// every request: what is in the cache is the same for all users, and none of it gets past this function.
// The head that access-program.ts puts before it gives cf, crypto, RANGES and SECURITY_HEADERS.
import { isWithin } from './address.ts'
import { wrongAddress, wrongPassword } from './answers.ts'
import { credentialsIn, userKey } from './credentials.ts'
import { isPasswordOf } from './password.ts'

const users = cf.kvs()

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls the function of this name.
async function handler(event) {
  const ip = event.viewer.ip
  if (RANGES.length > 0 && !isWithin(ip, RANGES)) return wrongAddress(ip, SECURITY_HEADERS)

  const claimed = credentialsIn(event.request.headers.authorization)
  if (!claimed) return wrongPassword(SECURITY_HEADERS)
  const stored = await storedRecord(userKey(claimed.name, crypto))
  if (!isPasswordOf(stored, claimed.password, crypto)) return wrongPassword(SECURITY_HEADERS)

  // It has done its work. The origin's own access control would replace it anyway; nothing behind this line needs it.
  delete event.request.headers.authorization
  return event.request
}

async function storedRecord(key) {
  try {
    const stored = await users.get(key)
    return stored
  } catch {
    // Thrown for a key that the store does not have, and where it cannot be read. Nobody gets in then.
    return ''
  }
}
