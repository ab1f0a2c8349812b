import { describe, expect, it } from 'vitest'
import { parseAccess } from '../../../cdk/settings/access.ts'
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
    [['::1', 'password'], { password: true, ranges: ['::1/128'] }],
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
    const ranges = (count: number) => Array.from({ length: count }, (_, at) => `10.0.${at}.0/24`)
    expect(parseAccess([...ranges(50), 'password'])).toMatchObject({ password: true })
    expect(() => parseAccess(ranges(51))).toThrow('up to 50 ranges')
  })
})
