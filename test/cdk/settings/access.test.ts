import { describe, expect, it } from 'vitest'
import { parseAccess } from '../../../cdk/settings/access.ts'
import { isPrivate } from '../../../cdk/settings/private-ranges.ts'
import { SettingError } from '../../../cdk/settings/setting-error.ts'
import { readSettings } from '../../../cdk/settings.ts'

describe('the setting access', () => {
  it('requires a password if it is unset or empty', () => {
    for (const context of [{}, { access: '' }, { dashboard: { access: 'public' }, access: '' }])
      expect(readSettings(context).access).toEqual({ password: true, ranges: [] })
  })

  it.each([
    ['public', 'public'],
    ['password', { password: true, ranges: [] }],
    ['203.0.113.0/24', { password: false, ranges: ['203.0.113.0/24'] }],
    ['203.0.113.0/24, 198.51.100.7', { password: false, ranges: ['203.0.113.0/24', '198.51.100.7/32'] }],
    ['password,203.0.113.0/24', { password: true, ranges: ['203.0.113.0/24'] }],
    ['2001:db8::/32 password', { password: true, ranges: ['2001:db8::/32'] }],
    [['2001:db8::1', 'password'], { password: true, ranges: ['2001:db8::1/128'] }],
    // Larger than what is private in it.
    ['192.0.0.0/8', { password: false, ranges: ['192.0.0.0/8'] }],
  ])('reads %j as %j', (access, expected) => {
    expect(parseAccess(access)).toEqual(expected)
  })

  it('never reads an empty or invalid value as "no check"', () => {
    for (const invalid of [[], '', ' , ', [''], null, undefined, {}, false, 0])
      expect(() => parseAccess(invalid)).toThrow(SettingError)
  })

  it.each([
    ['0.0.0.0/0', '"public" to allow everyone'],
    ['::/0', '"public" to allow everyone'],
    ['203.0.113.0/33', 'a prefix length from 1 to 32'],
    ['2001:db8::/129', 'a prefix length from 1 to 128'],
    ...[
      '192.168.1.0/24',
      '10.0.0.0/8',
      '10.1.2.3',
      '172.16.0.0/12',
      '172.31.255.255',
      '127.0.0.0/8',
      '169.254.1.0/24',
      '100.64.0.0/10',
      '100.127.0.1',
      '0.0.0.0/8',
      '224.0.0.1',
      '255.255.255.255',
      '::1/128',
      '::',
      'fc00::/7',
      'fd12:3456::/32',
      'fe80::/10',
      'ff02::1',
    ].map((range): [string, string] => [range, 'private ones never reach it, so nobody would get in']),
    ['::ffff:203.0.113.0/120', 'an IPv4 range in IPv4 notation'],
    ['0:0:0:0:0:ffff:cb00:7100/120', 'an IPv4 range in IPv4 notation'],
    ['public,203.0.113.0/24', '"public" alone'],
    ['password,public', '"public" alone'],
    ['Public', '"password", address ranges'],
    ['passwort', '"password", address ranges'],
    ['203.0.113.0/24/8', '"password", address ranges'],
    ['203.0.113/24', '"password", address ranges'],
    ['203.0.113.0/-1', '"password", address ranges'],
    ['203.0.113.0/', '"password", address ranges'],
    ['fe80::1%eth0/64', '"password", address ranges'],
    ['office.example.com', '"password", address ranges'],
    [true, '"password", address ranges'],
  ])('refuses %s and says what is allowed: %s', (access, allowed) => {
    expect(() => parseAccess(access)).toThrow(allowed)
  })

  it('gives a valid example with every refusal', () => {
    const message = (() => {
      try {
        return JSON.stringify(parseAccess('anyone'))
      } catch (error) {
        return String(error)
      }
    })()
    const [, example = ''] = /Example: -c access=(\S+)$/.exec(message) ?? []
    expect(parseAccess(example)).toEqual({ password: true, ranges: ['203.0.113.0/24'] })
  })

  it('accepts at most 50 ranges, because every request checks each of them', () => {
    const ranges = (count: number) => Array.from({ length: count }, (_, at) => `198.51.${at}.0/24`)
    expect(parseAccess([...ranges(50), 'password'])).toMatchObject({ password: true })
    expect(() => parseAccess(ranges(51))).toThrow('up to 50 ranges')
  })
})

it('a range is private only if all of it is', () => {
  for (const range of [
    '9.0.0.0/8',
    '11.0.0.0/8',
    '172.15.0.0/16',
    '172.32.0.0/16',
    '192.167.0.0/16',
    '8.0.0.0/7',
  ])
    expect(isPrivate(range)).toBe(false)
  for (const range of [
    '100.63.0.0/16',
    '100.128.0.0/16',
    '2001:db8::/32',
    'fa00::/8',
    'fec0::/10',
    '::2/128',
  ])
    expect(isPrivate(range)).toBe(false)
})
