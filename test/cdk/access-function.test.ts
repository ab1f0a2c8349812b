import { BlockList, isIP } from 'node:net'
import { runInNewContext } from 'node:vm'
import { Template } from 'aws-cdk-lib/assertions'
import { transform } from 'esbuild'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { synthesizeTemplate } from '../../cdk/synthesize.ts'

type Verdict =
  | { uri: string }
  | { statusCode: number; headers: Record<string, { value: string }>; body: { data: string } }

/** The text of the edge function as the template has it. */
function functionText(access: unknown): string {
  const template = Template.fromJSON(synthesizeTemplate({ access }))
  const [resource] = Object.values(template.findResources('AWS::CloudFront::Function'))
  return String(resource?.Properties.FunctionCode)
}

const eventFrom = (ip: string) => ({
  version: '1.0',
  context: { eventType: 'viewer-request' },
  viewer: { ip },
  request: { method: 'GET', uri: '/detections.csv', querystring: {}, headers: {}, cookies: {} },
})

/** Runs the function as CloudFront does: in strict mode, without anything of Node. */
function ask(code: string, ip: string): Verdict {
  return runInNewContext(`'use strict';${code};handler(event)`, { event: eventFrom(ip) })
}
const passes = (code: string, ip: string): boolean => 'uri' in ask(code, ip)

const closed = functionText(undefined)
const office = functionText(
  '203.0.113.0/24, 198.51.100.7, 192.0.2.128/25, 10.0.0.0/9, 2001:db8::/32, 2001:db9:0:8000::/49, ::1',
)
/** The same function with other ranges: only the line that carries them as data is exchanged. */
const withRanges = (ranges: readonly string[]): string =>
  closed.replace(/^const RANGES = \[\]$/m, `const RANGES = ${JSON.stringify(ranges)}`)

describe('the access function', () => {
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
  ])('lets %s pass, unchanged', ip => {
    expect(ask(office, ip)).toEqual(eventFrom(ip).request)
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
  ])('refuses %s, which is next to a range', ip => {
    expect(ask(office, ip)).toMatchObject({ statusCode: 403 })
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
  ])('refuses %j, which is no address', ip => {
    expect(ask(office, ip)).toMatchObject({ statusCode: 403 })
  })

  it('decides as node:net does, for any ranges and any addresses of either family', () => {
    const pair = fc.tuple(
      fc.ipV4(),
      fc.ipV6(),
      fc.integer({ min: 1, max: 32 }),
      fc.integer({ min: 1, max: 128 }),
    )
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 4 }), fc.ipV4(), fc.ipV6(), (ranges, v4, v6) => {
        const code = withRanges(
          ranges.flatMap(([four, six, bits4, bits6]) => [`${four}/${bits4}`, `${six}/${bits6}`]),
        )
        expect(passes(code, v4)).toBe(ranges.some(([four, , bits]) => inSubnet(v4, four, bits, 'ipv4')))
        expect(passes(code, v6)).toBe(
          ranges.some(([four, six, bits4, bits6]) =>
            isMapped(v6) ? inSubnet(v6, four, bits4, 'ipv4') : inSubnet(v6, six, bits6, 'ipv6'),
          ),
        )
      }),
      { numRuns: 150 },
    )
  })

  it('decides as node:net does at the very edges of a range', () => {
    const address = fc.bigInt({ min: 0x2000n << 112n, max: (1n << 128n) - 1n })
    fc.assert(
      fc.property(
        address,
        fc.integer({ min: 1, max: 128 }),
        fc.integer({ min: 0, max: 127 }),
        (value, bits, flipped) => {
          const other = value ^ (1n << BigInt(flipped))
          const code = withRanges([`${ipv6(value)}/${bits}`])
          expect(passes(code, ipv6(other))).toBe(inSubnet(ipv6(other), ipv6(value), bits, 'ipv6'))
          expect(passes(code, ipv6(other))).toBe(flipped < 128 - bits)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('never lets pass what node:net does not take for an address', () => {
    const everything = withRanges(['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'])
    const almost = fc.stringMatching(/^[0-9a-f:.]{0,24}$/)
    fc.assert(
      fc.property(fc.oneof(almost, fc.string(), fc.ipV4Extended(), fc.ipV6()), text => {
        expect(passes(everything, text)).toBe(isIP(text) !== 0)
      }),
      { numRuns: 1_000 },
    )
  })

  it('keeps the families apart: an IPv6 range never opens the dashboard to IPv4 viewers', () => {
    expect(passes(withRanges(['::/8']), '203.0.113.9')).toBe(false)
    expect(passes(withRanges(['::/8']), '::ffff:203.0.113.9')).toBe(false)
    expect(passes(withRanges(['203.0.113.0/24']), 'cb00:7109::')).toBe(false)
  })
})

describe('its refusal', () => {
  it('is plain text that nobody keeps, with the viewer’s address and how to open', () => {
    const verdict = ask(closed, '198.51.100.7')
    expect(verdict).toMatchObject({
      statusCode: 403,
      headers: {
        'content-type': { value: 'text/plain; charset=utf-8' },
        'cache-control': { value: 'no-store' },
        'x-robots-tag': { value: 'noindex' },
      },
      body: {
        data: expect.stringMatching(/not open to anybody yet.*198\.51\.100\.7.*npx cdk deploy -c access=/s),
      },
    })
  })

  it('tells a viewer from outside apart from a dashboard that is open to nobody', () => {
    expect(ask(office, '198.51.100.99')).toMatchObject({
      body: { data: expect.stringContaining('some addresses only') },
    })
  })

  it('does not tell a stranger which ranges are open', () => {
    const verdict = JSON.stringify(ask(withRanges(['192.0.2.0/24']), '198.51.100.99'))
    expect(verdict).not.toContain('192.0.2.')
  })
})

describe('its text', () => {
  it('stays within the 10,240 bytes of CloudFront with as many and as long ranges as the setting takes', () => {
    const longest = Array.from(
      { length: 50 },
      (_, at) => `2001:1db8:1111:1111:1111:1111:1111:${1000 + at}/128`,
    )
    expect(Buffer.byteLength(functionText(longest))).toBeLessThanOrEqual(10_240)
  })

  it('uses nothing newer than const, let, arrows and template literals, which cloudfront-js-2.0 knows', async () => {
    const supported = { 'const-and-let': true, arrow: true, 'template-literal': true }
    const asWritten = await transform(office, { target: 'esnext' })
    // esbuild rewrites or refuses whatever is newer than ES 5.
    const inOldWords = await transform(office, { target: 'es5', supported })
    expect(inOldWords.code).toBe(asWritten.code)
  })
})

function inSubnet(ip: string, network: string, bits: number, family: 'ipv4' | 'ipv6'): boolean {
  const list = new BlockList()
  list.addSubnet(network, bits, family)
  return list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4')
}

/** `::ffff:a.b.c.d` in any spelling, as the WHATWG's own reader writes it. */
const isMapped = (ip: string): boolean =>
  /^\[::ffff:[0-9a-f]+:[0-9a-f]+\]$/.test(new URL(`http://[${ip}]/`).hostname)

const ipv6 = (value: bigint): string =>
  value
    .toString(16)
    .padStart(32, '0')
    .replace(/(.{4})(?!$)/g, '$1:')
