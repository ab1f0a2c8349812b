import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generatePassword, weaknesses } from '../../local/users/password.ts'

describe('a generated password', () => {
  it('has 28 letters of 31 without look-alikes, which is more than 128 bits', () => {
    const seen = new Set<string>()
    for (let at = 0; at < 200; at++) {
      const password = generatePassword(randomInt)
      expect(password).toMatch(/^[2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{4}){6}$/)
      for (const letter of password.replaceAll('-', '')) seen.add(letter)
    }
    expect(seen.size).toBe(31)
    expect(28 * Math.log2(31)).toBeGreaterThan(128)
  })

  it('draws each letter separately, with the same chance for all', () => {
    const draws: number[] = []
    generatePassword(below => {
      draws.push(below)
      return 0
    })
    expect(draws).toEqual(Array(28).fill(31))
  })
})

describe('an own password', () => {
  it.each(['trug-7Bäume&Wolke', 'nine green otters drum', 'Xk2 pQ9 vT4 mZ7 rB'])(
    'is accepted: %s',
    password => {
      expect(weaknesses(password, 'maria')).toEqual([])
    },
  )

  it.each([
    ['kurz&7Wolke', 'at least 16 characters but has 11'],
    ['abababababababababab', 'at least 8 different characters but has 2'],
    ['gro7&Wolke-maria-Baum', 'the name of the user'],
    ['gro7&Wolke-MARIA-Baum', 'the name of the user'],
    ['My-Password-gro7&Wolke', 'attackers try first'],
    ['Sophos-gro7&Wolke-Baum', 'attackers try first'],
    ['gro7&Wxgro7&Wxgro7&Wx', 'repeats itself'],
    ['trug-aaaa&Wolke-Baum', 'equal or consecutive'],
    ['trug-6789&Wolke-Baum', 'equal or consecutive'],
    ['trug-zyxw&Wolke-Baum', 'equal or consecutive'],
    [' trug-7Baeume&Wolke', 'begin or end with a space'],
    ['trug-7Baeume&Wolke\t', 'begin or end with a space'],
    ['trug\u00007Baeume&Wolke', 'control characters'],
    [`trug-7Baeume&Wolke${'é'.repeat(130)}`, 'at most 256 bytes'],
  ])('is refused: %j, %s', (password, why) => {
    expect(weaknesses(password, 'maria').join('; ')).toContain(why)
  })

  it('is always refused below 16 characters', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), password => {
        expect(weaknesses(password, 'maria')).not.toEqual([])
      }),
    )
  })
})
