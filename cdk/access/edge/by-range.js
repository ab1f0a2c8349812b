// Lets viewers from the address ranges pass. CloudFront runs it before its cache, on every request.
// The head that access-program.ts puts before it gives RANGES and SECURITY_HEADERS.
import { isWithin } from './address.ts'
import { wrongAddress } from './answers.ts'

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls the function of this name.
function handler(event) {
  const ip = event.viewer.ip
  return isWithin(ip, RANGES) ? event.request : wrongAddress(ip, SECURITY_HEADERS)
}
