import { describe, expect, it } from 'vitest'
import { ForeignHostError } from '../../../lambda/sophos/errors.ts'
import { hostRule } from '../../../lambda/sophos/hosts.ts'

const central = hostRule('https://api.central.sophos.com')
const local = hostRule('http://127.0.0.1:4010')

describe('the hosts that may get the token', () => {
  it.each([
    ['https://api-eu01.central.sophos.com', 'https://api-eu01.central.sophos.com'],
    ['http://api-us03.central.sophos.com/', 'https://api-us03.central.sophos.com'],
    ['HTTPS://API-JP01.Central.Sophos.Com', 'https://api-jp01.central.sophos.com'],
    ['https://api.central.sophos.com:443/', 'https://api.central.sophos.com'],
  ])('%s is called as %s', (given, base) => {
    expect(central(given)).toBe(base)
  })

  it.each([
    'https://central.sophos.com.evil.example',
    'https://evil.example/api.central.sophos.com',
    'https://evilcentral.sophos.com',
    'https://api-eu01.central.sophos.com.',
    'https://api-eu01.central.sophos.com:8443',
    'https://user:secret@api-eu01.central.sophos.com',
    'https://evil.example#.central.sophos.com',
    'https://evil.example\\.central.sophos.com',
    'ftp://api-eu01.central.sophos.com',
    'javascript:alert(1)',
    '//api-eu01.central.sophos.com',
    'api-eu01.central.sophos.com',
    '',
  ])('"%s" is refused', given => {
    expect(() => central(given)).toThrow(ForeignHostError)
  })

  it('are only the simulator and its port, if the base address is the simulator', () => {
    expect(local('http://127.0.0.1:4010/')).toBe('http://127.0.0.1:4010')
    expect(local('http://127.0.0.1:4010/region/eu01')).toBe('http://127.0.0.1:4010/region/eu01')
    for (const given of [
      'http://127.0.0.1:4011',
      'https://127.0.0.1:4010',
      'http://localhost:4010',
      'https://api-eu01.central.sophos.com',
    ]) {
      expect(() => local(given)).toThrow(ForeignHostError)
    }
  })
})
