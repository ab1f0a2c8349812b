import { isIP } from 'node:net'
import { notAllowed, type SettingError } from './setting-error.ts'

/**
 * Who may read the dashboard: everybody, or whoever meets all of these: with `password`, a user of the installation; with
 * `ranges` (CIDR notation), a viewer from one of them. Never neither.
 */
export type Access = 'public' | { readonly password: boolean; readonly ranges: readonly string[] }

/** Keeps the edge function far from its limits: it reads every range on every request, and may have 10,240 bytes. */
const mostRanges = 50

/**
 * `password`, address ranges, or both, separated by commas or blanks (in cdk.json also a list); or `public` alone. A single
 * address is a range of one.
 * @throws SettingError
 */
export function parseAccess(value: unknown): Access {
  const list = Array.isArray(value) ? value.map(String) : String(value).split(/[\s,]+/)
  const given = list.filter(part => part !== '')
  if (given.length === 0) throw wrong(value)
  if (given.includes('public')) {
    if (given.length > 1) throw wrong(given.join(','), '"public" by itself, since it opens to everybody')
    return 'public'
  }
  const ranges = given.filter(part => part !== 'password').map(parseRange)
  if (ranges.length > mostRanges) {
    throw wrong(`${ranges.length} ranges`, `up to ${mostRanges} ranges; join neighbours into larger ones`)
  }
  return { password: given.includes('password'), ranges }
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
  allowed = '"password", address ranges in CIDR notation, both separated by commas, or "public"',
): SettingError => notAllowed('access', given, allowed, '-c access=password,203.0.113.0/24')
