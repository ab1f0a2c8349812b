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
]

function maskOf(...secrets: readonly string[]) {
  const mask = createMask()
  for (const each of secrets) mask.add(each)
  return mask
}

describe('a mask', () => {
  it.each(ways)('hides a secret that is written %s', (_, write) => {
    const hidden = maskOf(secret).hide(`Refused: ${write(secret)} (again: ${write(secret)}).`)
    expect(hidden).toMatch(/^Refused: .{0,9}\*\*\*.{0,9} \(again: .{0,9}\*\*\*.{0,9}\)\.$/)
  })

  const mask = maskOf(secret)
  it.each(ways)('hides both halves of a secret that is cut, written %s', (_, write) => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: secret.length - 10 }), at => {
        const written = write(secret)
        const cut = Math.round((at / secret.length) * written.length)
        for (const half of [written.slice(0, cut), written.slice(cut)]) {
          expect(mask.hide(`Refused: ${half}`)).toMatch(/^Refused: .{0,16}\*\*\*.{0,16}$/)
        }
      }),
    )
  })

  it('leaves no run of a secret, wherever it stands in a text', () => {
    const printable = fc.string({ unit: 'grapheme-ascii', minLength: 12, maxLength: 60 })
    const around = fc.string({ maxLength: 20 })
    fc.assert(
      fc.property(printable, around, around, fc.constantFrom(...ways), (text, before, after, [, write]) => {
        const written = write(text)
        const hidden = maskOf(text).hide(before + written + after)
        const middle = written.slice(Math.floor(written.length / 4), Math.ceil((3 * written.length) / 4))
        expect(hidden).not.toContain(middle)
      }),
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
    expect(mask.hide('…bcdefghijk…')).toBe('…***…')
    expect(mask.hide('abcdefg')).toBe('abcdefg')
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
