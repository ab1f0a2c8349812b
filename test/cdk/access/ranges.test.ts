import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWithin as edgeIsWithin, rangeDigits } from '../../../cdk/access/edge/address.ts'

const isWithin = (ip: string, ranges: readonly string[]): boolean => edgeIsWithin(ip, ranges.map(rangeDigits))

const office = [
  '203.0.113.0/24',
  '198.51.100.7/32',
  '192.0.2.128/25',
  '10.0.0.0/9',
  '2001:db8::/32',
  '2001:db9:0:8000::/49',
  '::1/128',
]

describe('an address', () => {
  it.each([
    '203.0.113.0',
    '203.0.113.255',
    '198.51.100.7',
    '192.0.2.128',
    '10.127.255.255',
    '::ffff:203.0.113.9',
    '::FFFF:cb00:7109',
    '0:0:0:0:0:ffff:203.0.113.9',
    '2001:db8::',
    '2001:DB8:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:0db8:0000:0000:0000:0000:0000:0001',
    '2001:db8::192.0.2.1',
    '2001:db9:0:8000::1',
    '2001:db9::ffff:0:0:0:1',
    '::1',
  ])('%s is in its range', ip => {
    expect(isWithin(ip, office)).toBe(true)
  })

  it.each([
    '203.0.112.255',
    '203.0.114.0',
    '198.51.100.6',
    '198.51.100.8',
    '192.0.2.127',
    '10.128.0.0',
    '::ffff:203.0.114.0',
    '::203.0.113.9',
    '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db9:0:7fff::1',
    '2001:db9:1:8000::1',
    '::2',
    '::',
  ])('%s is next to a range but not in it', ip => {
    expect(isWithin(ip, office)).toBe(false)
  })

  it.each([
    '',
    'localhost',
    '203.0.113',
    '203.0.113.1.1',
    '203.0.113.01',
    '203.0.113.256',
    '203.0.113.1 ',
    ' 203.0.113.1',
    '203.0.113.1\n',
    '203.0.113.0/24',
    '+203.0.113.1',
    '0xcb.0.113.1',
    '2001:db8',
    '2001:db8:::1',
    '2001:db8::1::2',
    '2001:db8::g',
    '2001:db8::00001',
    '2001:db8:1:2:3:4:5:6:7',
    '2001:db8:1:2:3:4:5::6',
    '2001:db8:1:2:3:4:5:6::',
    '2001:db8:1:2:3:4:5::6:7',
    '2001:db8:1:2:3:4:5:192.0.2.1',
    '192.0.2.1::2001:db8',
    '2001:db8::192.0.2.256',
    ':2001:db8::',
    '2001:db8:0:0:0:0:0:1:',
    '2001:db8::1%eth0',
    '[2001:db8::1]',
    '::ffff:203.0.113.9.9',
  ])('%j is malformed, and in no range', ip => {
    expect(isWithin(ip, office)).toBe(false)
  })

  it('gets the same result as from node:net, for any range and address of either family', () => {
    const pair = fc.tuple(
      fc.ipV4(),
      fc.ipV6(),
      fc.integer({ min: 1, max: 32 }),
      fc.integer({ min: 1, max: 128 }),
    )
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 4 }), fc.ipV4(), fc.ipV6(), (ranges, v4, v6) => {
        const both = ranges.flatMap(([four, six, bits4, bits6]) => [`${four}/${bits4}`, `${six}/${bits6}`])
        expect(isWithin(v4, both)).toBe(ranges.some(([four, , bits]) => inSubnet(v4, four, bits, 'ipv4')))
        expect(isWithin(v6, both)).toBe(
          ranges.some(([four, six, bits4, bits6]) =>
            isMapped(v6) ? inSubnet(v6, four, bits4, 'ipv4') : inSubnet(v6, six, bits6, 'ipv6'),
          ),
        )
      }),
      { numRuns: 500 },
    )
  })

  it('gets the same result as from node:net at the edges of a range', () => {
    const address = fc.bigInt({ min: 0x2000n << 112n, max: (1n << 128n) - 1n })
    fc.assert(
      fc.property(
        address,
        fc.integer({ min: 1, max: 128 }),
        fc.integer({ min: 0, max: 127 }),
        (value, bits, flipped) => {
          const other = value ^ (1n << BigInt(flipped))
          const range = [`${ipv6(value)}/${bits}`]
          expect(isWithin(ipv6(other), range)).toBe(inSubnet(ipv6(other), ipv6(value), bits, 'ipv6'))
          expect(isWithin(ipv6(other), range)).toBe(flipped < 128 - bits)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is in no range if node:net does not accept it as an address', () => {
    const everything = ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1']
    const almost = fc.stringMatching(/^[0-9a-f:.]{0,24}$/)
    fc.assert(
      fc.property(fc.oneof(almost, fc.string(), fc.ipV4Extended(), fc.ipV6()), text => {
        expect(isWithin(text, everything)).toBe(isIP(text) !== 0)
      }),
      { numRuns: 1_000 },
    )
  })

  it('of one family is never in a range of the other', () => {
    expect(isWithin('203.0.113.9', ['::/8'])).toBe(false)
    expect(isWithin('::ffff:203.0.113.9', ['::/8'])).toBe(false)
    expect(isWithin('cb00:7109::', ['203.0.113.0/24'])).toBe(false)
  })
})

function inSubnet(ip: string, network: string, bits: number, family: 'ipv4' | 'ipv6'): boolean {
  const list = new BlockList()
  list.addSubnet(network, bits, family)
  return list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4')
}

/** Finds `::ffff:a.b.c.d` in any spelling: the WHATWG URL parser normalises it. */
const isMapped = (ip: string): boolean =>
  /^\[::ffff:[0-9a-f]+:[0-9a-f]+\]$/.test(new URL(`http://[${ip}]/`).hostname)

const ipv6 = (value: bigint): string =>
  value
    .toString(16)
    .padStart(32, '0')
    .replace(/(.{4})(?!$)/g, '$1:')
