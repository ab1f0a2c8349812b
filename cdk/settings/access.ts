import { isIP } from 'node:net'
import { isPrivate } from './private-ranges.ts'
import { notAllowed, type SettingError } from './setting-error.ts'

/**
 * Who can read the dashboard: everyone, or viewers who meet every condition set. `password`: they sign in as a user
 * of the installation. `ranges` (CIDR notation): they come from one of these. At least one condition is always set.
 */
export type Access = 'public' | { readonly password: boolean; readonly ranges: readonly string[] }

/**
 * Keeps the edge function well below its limits: it checks every range on every request and must fit in 10,240 bytes.
 */
const maxRanges = 50

/**
 * Parses `password`, address ranges, or both, separated by commas or spaces (in cdk.json also a list), or `public`
 * alone. A single address is a range of one.
 * @throws SettingError
 */
export function parseAccess(value: unknown): Access {
  const list = Array.isArray(value) ? value.map(String) : String(value).split(/[\s,]+/)
  const given = list.filter(part => part !== '')
  if (given.length === 0) throw wrong(value)
  if (given.includes('public')) {
    if (given.length > 1) throw wrong(given.join(','), '"public" alone, because it allows everyone')
    return 'public'
  }
  const ranges = given.filter(part => part !== 'password').map(parseRange)
  if (ranges.length > maxRanges) {
    throw wrong(`${ranges.length} ranges`, `up to ${maxRanges} ranges; merge adjacent ones`)
  }
  return { password: given.includes('password'), ranges }
}

function parseRange(text: string): string {
  const [address = '', bits, ...rest] = text.split('/')
  const family = address.includes('%') ? 0 : isIP(address)
  const size = family === 6 ? 128 : 32
  if (family === 0 || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) throw wrong(text)
  if (Number(bits ?? size) > size) throw wrong(text, `a prefix length from 1 to ${size} after the slash`)
  if (Number(bits) === 0) throw wrong(text, '"public" to allow everyone')
  if (/^(0{0,4}:){1,5}:?ffff:/i.test(address)) throw wrong(text, 'an IPv4 range in IPv4 notation')
  const range = `${address}/${Number(bits ?? size)}`
  if (isPrivate(range)) {
    throw wrong(
      text,
      'the public addresses from which CloudFront sees your viewers; private ones never reach it, so nobody would get in',
    )
  }
  return range
}

const wrong = (
  given: unknown,
  allowed = '"password", address ranges in CIDR notation, or both, separated by commas; or "public"',
): SettingError => notAllowed('access', given, allowed, '-c access=password,203.0.113.0/24')
