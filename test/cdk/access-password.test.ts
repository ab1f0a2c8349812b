import crypto from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessProgram } from '../../cdk/access-program.ts'
import { wrongPassword } from '../../cdk/edge/answers.ts'
import { credentialsIn } from '../../cdk/edge/credentials.ts'
import { isPasswordOf, rounds } from '../../cdk/edge/password.ts'
import { securityHeaders } from '../../cdk/security-headers.ts'
import { keyOf, userRecord } from '../../local/users/record.ts'
import { edgeProgram } from '../../local/web/edge-runtime.ts'

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
  it('gets in with a right name and password, and the password goes no further', async () => {
    expect(await asked(event(basic(`maria:${password}`)))).toEqual(passed)
  })

  it('may write the name in capitals and the scheme in any, as RFC 9110 says', async () => {
    expect(await asked(event(basic(`Maria:${password}`, 'basic')))).toEqual(passed)
    expect(await asked(event(basic(`MARIA:${password}`, 'BASIC ')))).toEqual(passed)
  })

  it('may have a name and a password outside of ASCII, in UTF-8', async () => {
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
    ['the key of a record for a name', basic(`${keyOf('maria')}:${password}`)],
    ['the hash for a password', basic(`maria:${JSON.parse(maria).hash}`)],
    ['what is no base64', { value: 'Basic bWFyaWE6*?' }],
    ['base64 for addresses', { value: 'Basic bWFy-WE6_w==' }],
    ['another scheme', basic(`maria:${password}`, 'Bearer')],
    ['no scheme', { value: Buffer.from(`maria:${password}`).toString('base64') }],
    ['something behind it', { value: `${basic(`maria:${password}`).value} x` }],
    ['two of them in one', { value: `${basic('a:b').value}, ${basic(`maria:${password}`).value}` }],
    [
      'two headers',
      { ...basic(`maria:${password}`), multiValue: [basic('a:b'), basic(`maria:${password}`)] },
    ],
    ['8 KB of password', basic(`maria:${'x'.repeat(8_192)}`)],
    ['8 KB of blanks', { value: `Basic ${' '.repeat(8_192)}${Buffer.from('a:b').toString('base64')}` }],
    ['broken UTF-8', basic(Buffer.from([0x6d, 0xff, 0x3a, 0xc3, 0x28]))],
    ['a NUL', basic(`maria\0:${password}`)],
  ])('is refused with %s, by the same answer as everybody, byte by byte', async (_, header) => {
    expect(JSON.stringify(await asked(event(header)))).toBe(JSON.stringify(refused))
  })

  it('is told how to sign in, in text that nobody keeps, with the security headers', () => {
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

  it('never gets in where the store is empty, as after the first deploy, or cannot be read', async () => {
    const code = accessProgram({ password: true, ranges: [] })
    const broken = async () => {
      throw new Error('unavailable')
    }
    for (const readValue of [async () => undefined, async () => '', broken])
      expect(await edgeProgram(code, readValue)(event(basic(`maria:${password}`)))).toEqual(refused)
  })

  it('needs both where there are ranges too: the right address and the right password', async () => {
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
    ['of no rounds', damaged({ rounds: 0 })],
    ['of half a round', damaged({ rounds: 15.5 })],
    ['of rounds in words', damaged({ rounds: '16' })],
    ['of so many rounds that CloudFront would stop the function', damaged({ rounds: 1e6 })],
    ['of zeros, as the one for nobody', damaged({ salt: '0'.repeat(32), hash: '0'.repeat(64) })],
  ])('that is %s lets nobody in', (_, record) => {
    expect(isPasswordOf(maria, password, crypto)).toBe(true)
    expect(isPasswordOf(record, password, crypto)).toBe(false)
  })

  it('takes as much work as none at all and as a wrong password: no clock tells which names exist', () => {
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

  it('is asked for once in every try that names somebody, and never in one that does not', async () => {
    read.length = 0
    await asked(event(basic('maria:x')))
    await asked(event(basic('nobody:x')))
    await asked(event(basic('maria')))
    await asked(event({ value: `Basic ${'x'.repeat(2_000)}` }))
    expect(read).toEqual([keyOf('maria'), keyOf('nobody')])
  })

  it('is found by a key of 69 plain letters, whatever a stranger types', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), name => {
        expect(keyOf(name)).toMatch(/^user-[0-9a-f]{64}$/)
      }),
    )
  })
})

describe('what the command writes', () => {
  const anyPassword = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  const anySalt = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(bytes => Buffer.from(bytes))

  it('lets the password in that it was made of, and no other', () => {
    fc.assert(
      fc.property(anyPassword, anyPassword, anySalt, (one, other, salted) => {
        const record = userRecord({ name: 'maria', since }, one, salted)
        expect(isPasswordOf(record, one.normalize(), crypto)).toBe(true)
        expect(isPasswordOf(record, other, crypto)).toBe(other === one.normalize())
      }),
    )
  })

  it('passes from the command to the edge through the header of a browser', async () => {
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

  it('never holds the password, and two users with the same one have different hashes', () => {
    const [one, other] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)].map(salted =>
      JSON.parse(userRecord({ name: 'a', since }, password, salted)),
    )
    expect(one.hash).not.toBe(other.hash)
    expect(JSON.stringify(one)).not.toContain(password)
  })

  it('stays within the 1,024 bytes of a value, and its header within what the edge reads, at the longest', () => {
    const name = '𝔘'.repeat(64)
    expect(Buffer.byteLength(userRecord({ name, since }, 'x', salt))).toBeLessThanOrEqual(1_024)
    const longest = { name, password: 'é'.repeat(128) }
    expect(credentialsIn(basic(`${longest.name}:${longest.password}`))).toEqual(longest)
  })
})

describe('the hash', () => {
  it('is PBKDF2 with HMAC-SHA-256, as RFC 7914 gives it for "passwd", "salt" and one round', () => {
    // The vector's salt has four bytes and ours sixteen, so that it is node:crypto that is held against the RFC here,
    // and the edge's own code against node:crypto above.
    expect(crypto.pbkdf2Sync('passwd', 'salt', 1, 32, 'sha256').toString('hex')).toBe(
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc',
    )
  })
})
