import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clip, plainText } from '../../../lambda/text/plain.ts'

/** Any characters, lone halves of surrogates too. */
const anything = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x2fff }), fc.integer({ min: 0, max: 0x10ffff })), {
    maxLength: 60,
  })
  .map(codes => String.fromCodePoint(...codes))

/** Ranges of characters that may not leave, by their code points, written from the Unicode charts. */
const forbidden: readonly (readonly [what: string, from: number, to: number])[] = [
  ['C0 controls', 0x00, 0x1f],
  ['DEL and C1 controls', 0x7f, 0x9f],
  ['soft hyphen', 0xad, 0xad],
  ['Arabic letter mark', 0x61c, 0x61c],
  ['zero width, and marks of direction', 0x200b, 0x200f],
  ['line and paragraph separators', 0x2028, 0x2029],
  ['embeddings and overrides of direction', 0x202a, 0x202e],
  ['word joiner, invisible operators, isolates of direction', 0x2060, 0x206f],
  ['variants', 0xfe00, 0xfe0f],
  ['byte order mark', 0xfeff, 0xfeff],
  ['annotations', 0xfff9, 0xfffb],
  ['tags', 0xe0000, 0xe007f],
  ['more variants', 0xe0100, 0xe01ef],
]

describe('plain text', () => {
  it.each(forbidden)('has no %s', (_, from, to) => {
    for (let code = from; code <= to; code += 1) {
      const character = String.fromCodePoint(code)
      expect(plainText(`a${character}b`), code.toString(16)).toMatch(/^a ?b$/)
    }
  })

  it.each([
    ['Müller & Söhne GmbH', 'Müller & Söhne GmbH'],
    ['株式会社サンプル', '株式会社サンプル'],
    ['شركة المثال', 'شركة المثال'],
    ['a\r\n\r\nb', 'a b'],
    ['  a\t\nb  ', 'a b'],
    ['Acme  Corp', 'Acme  Corp'],
    ['a\u200bb', 'ab'],
    ['\u001b]52;c;cm0gLXJm\u0007Acme', ']52;c;cm0gLXJmAcme'],
    ['a\ud800b', 'a\ufffdb'],
    ['', ''],
  ])('of %j is %j', (given, plain) => {
    expect(plainText(given)).toBe(plain)
  })

  it('is never longer than asked for, stays well-formed, and is left alone the second time', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 40 }), (text, most) => {
        const plain = plainText(text, most)
        expect(plain.length).toBeLessThanOrEqual(most + 1)
        expect(plain.isWellFormed()).toBe(true)
        expect(plainText(plain, most + 1)).toBe(plain)
      }),
    )
  })
})

describe('a cut', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc…'],
    ['ab😀d', 3, 'ab…'],
    ['ab cd', 3, 'ab…'],
  ])('of %j at %i gives %j', (text, most, cut) => {
    expect(clip(text, most)).toBe(cut)
  })
})
