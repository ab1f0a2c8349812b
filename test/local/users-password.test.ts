import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generatePassword, weaknesses } from '../../local/users/password.ts'

describe('a password that is made', () => {
  it('has 28 letters of 31 that nobody takes for one another, which is more than 128 bits', () => {
    const seen = new Set<string>()
    for (let at = 0; at < 200; at++) {
      const password = generatePassword(randomInt)
      expect(password).toMatch(/^[2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{4}){6}$/)
      for (const letter of password.replaceAll('-', '')) seen.add(letter)
    }
    expect(seen.size).toBe(31)
    expect(28 * Math.log2(31)).toBeGreaterThan(128)
  })

  it('takes each letter from a draw of its own, evenly among all', () => {
    const draws: number[] = []
    generatePassword(below => {
      draws.push(below)
      return 0
    })
    expect(draws).toEqual(Array(28).fill(31))
  })
})

describe('a password of one’s own', () => {
  it.each(['trug-7Bäume&Wolke', 'nine green otters drum', 'Xk2 pQ9 vT4 mZ7 rB'])('is taken: %s', password => {
    expect(weaknesses(password, 'maria')).toEqual([])
  })

  it.each([
    ['kurz&7Wolke', 'at least 16 characters, and has 11'],
    ['abababababababababab', 'at least 8 different characters, and has 2'],
    ['gro7&Wolke-maria-Baum', 'the name of the user'],
    ['gro7&Wolke-MARIA-Baum', 'the name of the user'],
    ['My-Password-gro7&Wolke', 'tries first'],
    ['Sophos-gro7&Wolke-Baum', 'tries first'],
    ['gro7&Wxgro7&Wxgro7&Wx', 'repeats itself'],
    ['trug-aaaa&Wolke-Baum', 'follow one another'],
    ['trug-6789&Wolke-Baum', 'follow one another'],
    ['trug-zyxw&Wolke-Baum', 'follow one another'],
    [' trug-7Baeume&Wolke', 'begin or end with a blank'],
    ['trug-7Baeume&Wolke\t', 'begin or end with a blank'],
    ['trug\u00007Baeume&Wolke', 'control characters'],
    [`trug-7Baeume&Wolke${'é'.repeat(130)}`, 'at most 256 bytes'],
  ])('is refused: %j, %s', (password, why) => {
    expect(weaknesses(password, 'maria').join('; ')).toContain(why)
  })

  it('is refused whatever it is under 16 characters', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), password => {
        expect(weaknesses(password, 'maria')).not.toEqual([])
      }),
    )
  })
})
