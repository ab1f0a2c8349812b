// Allows viewers from the address ranges. CloudFront runs this on every request, before its cache.
// access-program.ts adds a header that defines RANGES and SECURITY_HEADERS.
import { isWithin } from './address.ts'
import { wrongAddress } from './answers.ts'

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls the function by this name.
function handler(event) {
  const ip = event.viewer.ip
  return isWithin(ip, RANGES) ? event.request : wrongAddress(ip, SECURITY_HEADERS)
}
