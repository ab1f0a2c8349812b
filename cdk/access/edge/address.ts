/** Returns the four bytes of an IPv4 address, or undefined. Refuses leading zeros, which some parsers read as octal. */
function ipv4Bytes(text: string): number[] | undefined {
  const bytes = text.split('.').map(part => (/^(0|[1-9][0-9]{0,2})$/.test(part) ? Number(part) : 256))
  return bytes.length === 4 && bytes.every(byte => byte < 256) ? bytes : undefined
}

/** Rewrites a dotted ending, as in `::ffff:203.0.113.7`, as two groups. */
function withoutDots(text: string): string {
  const end = text.lastIndexOf(':') + 1
  const bytes = ipv4Bytes(text.slice(end))
  if (!bytes) return text
  const group = (at: number): string => ((bytes[at] || 0) * 256 + (bytes[at + 1] || 0)).toString(16)
  return `${text.slice(0, end)}${group(0)}:${group(2)}`
}

/** Returns the bytes of `a:b:c`, groups of one to four hex digits; none for an empty text; undefined if malformed. */
function groupBytes(text: string): number[] | undefined {
  const groups = text === '' ? [] : text.split(':')
  if (!groups.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return groups.reduce<number[]>(
    (bytes, group) => bytes.concat(parseInt(group, 16) >> 8, parseInt(group, 16) & 255),
    [],
  )
}

function ipv6Bytes(text: string): number[] | undefined {
  const halves = withoutDots(text).split('::')
  const head = groupBytes(halves[0] || '')
  const tail = groupBytes(halves[1] || '')
  if (!head || !tail || halves.length > 2) return undefined
  const missing = 16 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  return head.concat(new Array(missing).fill(0), tail)
}

/** Returns 4 bytes for IPv4 (also written as IPv6, `::ffff:203.0.113.7`), 16 for IPv6, or undefined. */
function addressBytes(text: string): number[] | undefined {
  if (text.indexOf(':') < 0) return ipv4Bytes(text)
  const bytes = ipv6Bytes(text)
  if (!bytes) return undefined
  const mapped = bytes.every((byte, at) => at > 11 || byte === (at < 10 ? 0 : 255))
  return mapped ? bytes.slice(12) : bytes
}

/** Returns an address as hex digits: 8 for IPv4, 32 for IPv6, an empty text if it is not an address. */
function hexDigits(address: string): string {
  const bytes = addressBytes(address) || []
  return bytes.map(byte => (byte + 256).toString(16).slice(1)).join('')
}

/**
 * Returns a CIDR range with its address as hex digits: `203.0.113.0/24` becomes `cb007100/24`. The edge compares
 * these, so on each request it parses only the viewer's address.
 */
export function rangeDigits(range: string): string {
  const slash = range.indexOf('/')
  return hexDigits(range.slice(0, slash)) + range.slice(slash)
}

function contains(range: string, digits: string): boolean {
  const slash = range.indexOf('/')
  // IPv4 and IPv6 addresses differ in length.
  if (slash !== digits.length) return false
  const bits = Number(range.slice(slash + 1))
  const whole = bits >> 2
  if (range.slice(0, whole) !== digits.slice(0, whole)) return false
  const free = 4 - (bits & 3)
  return (
    free === 4 || parseInt(range.charAt(whole), 16) >> free === parseInt(digits.charAt(whole), 16) >> free
  )
}

/** Whether the address is in one of the ranges, which come from `rangeDigits`. A malformed address never is. */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  const digits = hexDigits(address)
  return digits !== '' && ranges.some(range => contains(range, digits))
}
