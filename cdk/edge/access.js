// Lets only viewers from the address ranges in RANGES pass; everybody else gets a 403. CloudFront runs it before its cache
// on every request (runtime cloudfront-js-2.0: ES 5.1 with const, let, arrows and template literals; no destructuring,
// spread, for-of or `?.`, see docs.aws.amazon.com, "JavaScript runtime 2.0 features for CloudFront Functions").
// The line `const RANGES = [...]`, ranges in CIDR notation, is put before this text when the stack is synthesized.

/** The four bytes of an IPv4 address, or undefined. A leading zero is refused: some readers take it for octal. */
function ipv4Bytes(text) {
  const bytes = text.split('.').map(part => (/^(0|[1-9][0-9]{0,2})$/.test(part) ? Number(part) : 256))
  return bytes.length === 4 && bytes.every(byte => byte < 256) ? bytes : undefined
}

/** `::ffff:203.0.113.7` with its dotted end written as two groups, so that only groups remain. */
function withoutDots(text) {
  const end = text.lastIndexOf(':') + 1
  const bytes = ipv4Bytes(text.slice(end))
  if (!bytes) return text
  const group = at => (bytes[at] * 256 + bytes[at + 1]).toString(16)
  return `${text.slice(0, end)}${group(0)}:${group(2)}`
}

/** The bytes of `a:b:c`, groups of one to four hexadecimal digits; of the empty text, none; undefined where malformed. */
function groupBytes(text) {
  const groups = text === '' ? [] : text.split(':')
  if (!groups.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return groups.reduce(
    (bytes, group) => bytes.concat(parseInt(group, 16) >> 8, parseInt(group, 16) & 255),
    [],
  )
}

function ipv6Bytes(text) {
  const halves = withoutDots(text).split('::')
  const head = groupBytes(halves[0])
  const tail = groupBytes(halves.length === 2 ? halves[1] : '')
  if (!head || !tail || halves.length > 2) return undefined
  const missing = 16 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  return head.concat(new Array(missing).fill(0), tail)
}

/** Four bytes for IPv4, also where it comes written as IPv6 (`::ffff:203.0.113.7`), sixteen for IPv6, or undefined. */
function addressBytes(text) {
  if (text.indexOf(':') < 0) return ipv4Bytes(text)
  const bytes = ipv6Bytes(text)
  if (!bytes) return undefined
  const mapped = bytes.every((byte, at) => at > 11 || byte === (at < 10 ? 0 : 255))
  return mapped ? bytes.slice(12) : bytes
}

function contains(range, address) {
  const slash = range.indexOf('/')
  const network = addressBytes(range.slice(0, slash))
  const bits = Number(range.slice(slash + 1))
  if (!network || network.length !== address.length) return false
  return network.every((byte, at) => {
    const free = Math.min(8, Math.max(0, 8 * (at + 1) - bits))
    return byte >> free === address[at] >> free
  })
}

function refusal(ip) {
  const situation =
    RANGES.length === 0
      ? 'This dashboard is not open to anybody yet: it was deployed without the setting "access".'
      : 'This dashboard is open to some addresses only, and yours is not one of them.'
  return {
    statusCode: 403,
    statusDescription: 'Forbidden',
    headers: {
      'content-type': { value: 'text/plain; charset=utf-8' },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
      'x-robots-tag': { value: 'noindex' },
    },
    body: {
      encoding: 'text',
      data: `${situation}
Your address: ${ip}

Whoever runs it opens it with the next deploy, to address ranges in CIDR notation:

    npx cdk deploy -c access=203.0.113.0/24,2001:db8::/32

or, in so many words, to everybody who knows its address:

    npx cdk deploy -c access=public
`,
    },
  }
}

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls the function of this name.
function handler(event) {
  const address = addressBytes(event.viewer.ip)
  const open = address && RANGES.some(range => contains(range, address))
  return open ? event.request : refusal(event.viewer.ip)
}
