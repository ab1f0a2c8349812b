import crypto from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessProgram } from '../../../cdk/access/access-program.ts'
import { wrongPassword } from '../../../cdk/access/edge/answers.ts'
import { credentialsIn } from '../../../cdk/access/edge/credentials.ts'
import { isPasswordOf, rounds } from '../../../cdk/access/edge/password.ts'
import { securityHeaders } from '../../../cdk/serving/security-headers.ts'
import { keyOf, userRecord } from '../../../local/users/record.ts'
import { edgeProgram } from '../../../local/web/edge-runtime.ts'

const since = '2026-11-22'
const salt = Buffer.alloc(16, 7)
const password = 'correct horse 4 battery'
const maria = userRecord({ name: 'maria', since }, password, salt)
const store = new Map([
  [keyOf('maria'), maria],
  [
    keyOf('Jörg Ünal'.replace(' ', '.')),
    userRecord({ name: 'Jörg.Ünal', since }, 'Fünfzig große Äpfel 🍏!', salt),
  ],
])

type Header = { value: string; multiValue?: { value: string }[] }
const read: string[] = []
const asked = edgeProgram(accessProgram({ password: true, ranges: [] }), async key => {
  read.push(key)
  return store.get(key)
})
const event = (authorization?: Header, ip = '198.51.100.7') => ({
  viewer: { ip },
  request: {
    method: 'GET',
    uri: '/detections.csv',
    querystring: {},
    headers: { host: { value: 'x' }, ...(authorization && { authorization }) },
    cookies: {},
  },
})
const basic = (text: string | Buffer, scheme = 'Basic'): Header => ({
  value: `${scheme} ${Buffer.from(text).toString('base64')}`,
})
const refused = wrongPassword(securityHeaders)
const passed = event().request

describe('a viewer', () => {
  it('signs in with a correct name and password, and the password is not passed on', async () => {
    expect(await asked(event(basic(`maria:${password}`)))).toEqual(passed)
  })

  it('can use any case for the name, and for the scheme, as in RFC 9110', async () => {
    expect(await asked(event(basic(`Maria:${password}`, 'basic')))).toEqual(passed)
    expect(await asked(event(basic(`MARIA:${password}`, 'BASIC ')))).toEqual(passed)
  })

  it('can have a non-ASCII name and password, in UTF-8', async () => {
    expect(await asked(event(basic('jörg.ünal:Fünfzig große Äpfel 🍏!')))).toEqual(passed)
    expect(await asked(event(basic(Buffer.from('jörg.ünal:Fünfzig große Äpfel', 'latin1'))))).toEqual(refused)
  })

  it.each<[string, Header | undefined]>([
    ['no header', undefined],
    ['an empty header', { value: '' }],
    ['a wrong password', basic('maria:wrong horse 4 battery')],
    ['a part of the password', basic(`maria:${password.slice(0, -1)}`)],
    ['a longer password', basic(`maria:${password} `)],
    ['the password in capitals', basic(`maria:${password.toUpperCase()}`)],
    ['an unknown name', basic(`mario:${password}`)],
    ['no colon', basic('maria')],
    ['no name', basic(`:${password}`)],
    ['no password', basic('maria:')],
    ['only a colon', basic(':')],
    ['nothing', basic('')],
    ['the key of a record as name', basic(`${keyOf('maria')}:${password}`)],
    ['the hash as password', basic(`maria:${JSON.parse(maria).hash}`)],
    ['invalid base64', { value: 'Basic bWFyaWE6*?' }],
    ['URL-safe base64', { value: 'Basic bWFy-WE6_w==' }],
    ['another scheme', basic(`maria:${password}`, 'Bearer')],
    ['no scheme', { value: Buffer.from(`maria:${password}`).toString('base64') }],
    ['trailing text', { value: `${basic(`maria:${password}`).value} x` }],
    ['two values in one', { value: `${basic('a:b').value}, ${basic(`maria:${password}`).value}` }],
    [
      'two headers',
      { ...basic(`maria:${password}`), multiValue: [basic('a:b'), basic(`maria:${password}`)] },
    ],
    ['8 KB of password', basic(`maria:${'x'.repeat(8_192)}`)],
    ['8 KB of spaces', { value: `Basic ${' '.repeat(8_192)}${Buffer.from('a:b').toString('base64')}` }],
    ['broken UTF-8', basic(Buffer.from([0x6d, 0xff, 0x3a, 0xc3, 0x28]))],
    ['a NUL', basic(`maria\0:${password}`)],
  ])('is refused with %s, always with the byte-identical answer', async (_, header) => {
    expect(JSON.stringify(await asked(event(header)))).toBe(JSON.stringify(refused))
  })

  it('gets the sign-in prompt as uncached text with the security headers', () => {
    expect(refused).toMatchObject({
      statusCode: 401,
      headers: {
        'www-authenticate': { value: 'Basic realm="Sophos detections", charset="UTF-8"' },
        'cache-control': { value: 'no-store' },
        'content-type': { value: 'text/plain; charset=utf-8' },
        'strict-transport-security': { value: 'max-age=31536000' },
      },
    })
  })

  it('never signs in if the store is empty, as after the first deploy, or cannot be read', async () => {
    const code = accessProgram({ password: true, ranges: [] })
    const broken = async () => {
      throw new Error('unavailable')
    }
    for (const readValue of [async () => undefined, async () => '', broken])
      expect(await edgeProgram(code, readValue)(event(basic(`maria:${password}`)))).toEqual(refused)
  })

  it('needs both the right address and the right password if ranges are set', async () => {
    const code = accessProgram({ password: true, ranges: ['203.0.113.0/24'] })
    const both = edgeProgram(code, async key => store.get(key))
    const right = basic(`maria:${password}`)
    expect(await both(event(right, '203.0.113.9'))).toEqual(passed)
    expect(await both(event(right, '198.51.100.7'))).toMatchObject({ statusCode: 403 })
    expect(await both(event(undefined, '203.0.113.9'))).toEqual(refused)
  })
})

describe('a record', () => {
  const damaged = (change: object): string => JSON.stringify({ ...JSON.parse(maria), ...change })

  it.each([
    ['cut off', maria.slice(0, -1)],
    ['empty', ''],
    ['null', 'null'],
    ['a number', '1'],
    ['a list', '[]'],
    ['of another version', damaged({ v: 2 })],
    ['without a salt', damaged({ salt: undefined })],
    ['with a salt that is no text', damaged({ salt: ['07'.repeat(16)] })],
    ['with a short hash', damaged({ hash: JSON.parse(maria).hash.slice(2) })],
    ['with an empty hash', damaged({ hash: '' })],
    ['with no rounds', damaged({ rounds: 0 })],
    ['with half a round', damaged({ rounds: 15.5 })],
    ['with rounds as text', damaged({ rounds: '16' })],
    ['with so many rounds that CloudFront would stop the function', damaged({ rounds: 1e6 })],
    ['with zeros, like the decoy', damaged({ salt: '0'.repeat(32), hash: '0'.repeat(64) })],
  ])('allows no one to sign in if it is damaged: %s', (_, record) => {
    expect(isPasswordOf(maria, password, crypto)).toBe(true)
    expect(isPasswordOf(record, password, crypto)).toBe(false)
  })

  it('takes the same work as a missing one or a wrong password: timing does not reveal which names exist', () => {
    const work = (record: string, given: string): number => {
      let hmacs = 0
      const createHmac: typeof crypto.createHmac = (...args) => {
        hmacs++
        return crypto.createHmac(...args)
      }
      isPasswordOf(record, given, { createHash: crypto.createHash, createHmac })
      return hmacs
    }
    const all = [work(maria, password), work(maria, 'x'), work('', password), work('{', password)]
    expect(all).toEqual([rounds, rounds, rounds, rounds])
  })

  it('is read once for each attempt with a name and password, and never otherwise', async () => {
    read.length = 0
    await asked(event(basic('maria:x')))
    await asked(event(basic('unknown:x')))
    await asked(event(basic('maria')))
    await asked(event({ value: `Basic ${'x'.repeat(2_000)}` }))
    expect(read).toEqual([keyOf('maria'), keyOf('unknown')])
  })

  it('has a key of 69 plain characters, for any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), name => {
        expect(keyOf(name)).toMatch(/^user-[0-9a-f]{64}$/)
      }),
    )
  })
})

describe('a record from the command', () => {
  const anyPassword = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  const anySalt = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(bytes => Buffer.from(bytes))

  it('accepts its own password and no other', () => {
    fc.assert(
      fc.property(anyPassword, anyPassword, anySalt, (one, other, salted) => {
        const record = userRecord({ name: 'maria', since }, one, salted)
        expect(isPasswordOf(record, one.normalize(), crypto)).toBe(true)
        expect(isPasswordOf(record, other, crypto)).toBe(other === one.normalize())
      }),
    )
  })

  it("works at the edge with a browser's header", async () => {
    const anyName = fc.stringMatching(/^[a-zA-Zäöüéßñ0-9._@+-]{1,64}$/)
    await fc.assert(
      fc.asyncProperty(anyName, anyPassword, anySalt, async (name, one, salted) => {
        const records = new Map([[keyOf(name), userRecord({ name, since }, one, salted)]])
        const ask = edgeProgram(accessProgram({ password: true, ranges: [] }), async key => records.get(key))
        expect(await ask(event(basic(`${name}:${one.normalize()}`)))).toEqual(passed)
        expect(await ask(event(basic(`${name}:${one.normalize()}x`)))).toEqual(refused)
      }),
      { numRuns: 30 },
    )
  })

  it('never contains the password, and differs for two users with the same password', () => {
    const [one, other] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)].map(salted =>
      JSON.parse(userRecord({ name: 'a', since }, password, salted)),
    )
    expect(one.hash).not.toBe(other.hash)
    expect(JSON.stringify(one)).not.toContain(password)
  })

  it('fits in a value of 1,024 bytes, and its longest header in what the edge reads', () => {
    const name = '𝔘'.repeat(64)
    expect(Buffer.byteLength(userRecord({ name, since }, 'x', salt))).toBeLessThanOrEqual(1_024)
    const longest = { name, password: 'é'.repeat(128) }
    expect(credentialsIn(basic(`${longest.name}:${longest.password}`))).toEqual(longest)
  })
})

describe('the hash', () => {
  it('is PBKDF2 with HMAC-SHA-256, as in RFC 7914 for "passwd", "salt" and one round', () => {
    // The test vector's salt has 4 bytes, ours has 16. So this test compares node:crypto with the RFC, and the tests
    // above compare the edge's code with node:crypto.
    expect(crypto.pbkdf2Sync('passwd', 'salt', 1, 32, 'sha256').toString('hex')).toBe(
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc',
    )
  })
})
