import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMask } from '../../../lambda/text/mask.ts'

const secret = 'a9f0c31e-77Zq/+_42:d%41&"\\x~8b7c6d5e4f'

const percent = (text: string) =>
  [...text].map(character => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
const unicode = (text: string) =>
  [...text].map(character => `\\u00${character.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
const decimals = (text: string) => [...text].map(character => `&#${character.charCodeAt(0)};`).join('')
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Ways in which a server may write back what it was sent. */
const ways: readonly (readonly [way: string, write: (text: string) => string])[] = [
  ['as it is', text => text],
  ['in capitals', text => text.toUpperCase()],
  ['in a URL', encodeURIComponent],
  ['in a URL, twice', text => encodeURIComponent(encodeURIComponent(text))],
  ['in a URL, every character', percent],
  ['in JSON', text => JSON.stringify(text)],
  ['in JSON within JSON', text => JSON.stringify(JSON.stringify(text))],
  ['in JSON, every character', unicode],
  ['in HTML', decimals],
  ['in base64', base64],
  ['in base64url', text => Buffer.from(text).toString('base64url')],
  ['in base64, after a user', text => base64(`user:${text}`)],
  ['in base64, between others', text => base64(`ab${text}cd`)],
  ['in base64, within JSON', text => base64(JSON.stringify({ a: text }))],
  ['in base64, as a form', text => base64(`x=${encodeURIComponent(text)}&y=1`)],
  ['in base64, in a URL', text => encodeURIComponent(base64(text))],
  ['in hexadecimal digits', text => Buffer.from(text).toString('hex')],
  ['in a URL, within JSON of ASCII letters', text => percent(text).replaceAll('%', '\\u0025')],
  ['in HTML, within JSON that a page may hold', text => decimals(text).replaceAll('&', '\\u0026')],
  ['with characters between that cannot be seen', text => [...text].join('\u200b')],
  ['with such characters, escaped', text => JSON.stringify([...text].join('\0')).slice(1, -1)],
  ['on lines of four', text => text.replace(/.{4}/g, '$&\r\n')],
  ['on lines of four, escaped', text => JSON.stringify(text.replace(/.{4}/g, '$&\n')).slice(1, -1)],
]

function maskOf(...secrets: readonly string[]) {
  const mask = createMask()
  for (const each of secrets) mask.add(each)
  return mask
}

/** Beside a backslash, an escape may be read in two ways. */
const secretFor = (way: string) => (way.endsWith('escaped') ? secret.replace('\\', '') : secret)

describe('a mask', () => {
  it.each(ways)('hides a secret that is written %s', (way, write) => {
    const text = secretFor(way)
    const hidden = maskOf(text).hide(`Refused: ${write(text)} (again: ${write(text)}).`)
    expect(hidden).toMatch(/^Refused: .{0,9}\*\*\*.{0,9} \(again: .{0,9}\*\*\*.{0,9}\)\.$/s)
  })

  const mask = maskOf(secret)
  it.each(ways)('hides both halves of a secret that is cut, written %s', (way, write) => {
    const text = secretFor(way)
    const mask = maskOf(text)
    fc.assert(
      fc.property(fc.integer({ min: 13, max: secret.length - 13 }), at => {
        const written = write(text)
        const cut = Math.round((at / secret.length) * written.length)
        for (const half of [written.slice(0, cut), written.slice(cut)]) {
          expect(mask.hide(`Refused: ${half}`)).toMatch(/^Refused: .{0,16}\*\*\*.{0,16}$/s)
        }
      }),
    )
  })

  it('leaves no run of a secret, wherever it stands in a text', () => {
    const printable = fc.string({ unit: 'grapheme-ascii', minLength: 12, maxLength: 60 })
    const around = fc.string({ maxLength: 20 })
    fc.assert(
      fc.property(
        printable,
        around,
        around,
        fc.constantFrom(...ways),
        (text, before, after, [way, write]) => {
          fc.pre(!(way.endsWith('escaped') && text.includes('\\')))
          const written = write(text)
          const hidden = maskOf(text).hide(before + written + after)
          const middle = written.slice(Math.floor(written.length / 4), Math.ceil((3 * written.length) / 4))
          expect(hidden).not.toContain(middle)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('leaves a text without a secret as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), text => {
        expect(mask.hide(text)).toBe(text)
      }),
    )
    expect(createMask().hide(secret)).toBe(secret)
  })

  it('hides several secrets, and each piece of one', () => {
    const mask = maskOf('11112222-3333', 'abcdefghijkl')
    expect(mask.hide('id 11112222-3333, secret abcdefghijkl.')).toBe('id ***, secret ***.')
    expect(mask.hide('11112222-3333abcdefghijkl')).toBe('***')
    expect(maskOf(secret).hide(`…${secret.slice(7, 19)}…`)).toBe('…***…')
    expect(maskOf(secret).hide(`…${secret.slice(7, 18)}…`)).toBe(`…${secret.slice(7, 18)}…`)
  })

  it('leaves ids alone that have something in common with a secret by chance, as ids of tenants have', () => {
    const id = '0f4ccd3f-c955-4332-99f9-4e6dbed5719f'
    const token = 'x1f7a30c2-77y'
    const mask = maskOf(id, token)
    for (const other of [
      'a81c37e0-1b2d-4332-99f0-77aa0c1be2d3',
      `${Buffer.from(token).toString('hex').slice(2, 10)}-1b2d-4b32-89f0-77aa0c1be2d3`,
    ])
      expect(mask.hide(other)).toBe(other)
  })

  it('takes no text of fewer than 8 characters for a secret', () => {
    expect(maskOf('secret').hide('The secret is refused.')).toBe('The secret is refused.')
  })

  it('keeps JSON readable', () => {
    const mask = maskOf(secret)
    for (const body of [{ message: secret, a: 1 }, { [secret]: [secret, { b: `${secret}"\\` }] }]) {
      const hidden = mask.hide(JSON.stringify(body))
      expect(JSON.stringify(JSON.parse(hidden))).not.toContain(secret.slice(4, 16))
    }
  })
})
