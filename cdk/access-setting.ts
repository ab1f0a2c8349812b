import { isIP } from 'node:net'
import { notAllowed, type SettingError } from './setting-error.ts'

/** Who may read the dashboard: everybody, or viewers from these ranges in CIDR notation. No range: nobody. */
export type Access = 'public' | readonly string[]

/** Keeps the edge function far from its limits: it reads every range on every request, and may have 10,240 bytes. */
const mostRanges = 50

/**
 * `public`, or address ranges separated by commas or blanks (in cdk.json also a list). A single address is a range of one.
 * @throws SettingError
 */
export function parseAccess(value: unknown): Access {
  if (value === 'public') return 'public'
  const given = Array.isArray(value) ? value.map(String) : String(value).split(/[\s,]+/)
  const ranges = given.filter(range => range !== '').map(parseRange)
  if (ranges.length > mostRanges) {
    throw wrong(`${ranges.length} ranges`, `up to ${mostRanges} ranges; join neighbours into larger ones`)
  }
  return ranges
}

function parseRange(text: string): string {
  const [address = '', bits, ...rest] = text.split('/')
  const family = address.includes('%') ? 0 : isIP(address)
  const size = family === 6 ? 128 : 32
  if (family === 0 || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) throw wrong(text)
  if (Number(bits ?? size) > size) throw wrong(text, `a length of 1 to ${size} behind the slash`)
  if (Number(bits) === 0) throw wrong(text, '"public" where everybody is meant')
  if (/^(0{0,4}:){1,5}:?ffff:/i.test(address)) throw wrong(text, 'an IPv4 range in its own notation')
  return `${address}/${Number(bits ?? size)}`
}

const wrong = (
  given: unknown,
  allowed = '"public", or address ranges in CIDR notation separated by commas',
): SettingError => notAllowed('access', given, allowed, '-c access=203.0.113.0/24,2001:db8::/32')
