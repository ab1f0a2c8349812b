/** Small letters and digits without those that are taken for one another: no 0, o, 1, i, l. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz'

/**
 * Seven groups of four letters, of 31: 138 bits, so that no number of guesses finds it, by whatever hash. `randomInt`: evenly
 * one of the whole numbers below its argument.
 */
export function generatePassword(randomInt: (below: number) => number): string {
  const letter = (): string => alphabet.charAt(randomInt(alphabet.length))
  const group = (): string => Array.from({ length: 4 }, letter).join('')
  return Array.from({ length: 7 }, group).join('-')
}

const leastLength = 16
/** With a name of 64 letters, what a browser sends stays under the length that the edge function reads. */
const mostBytes = 256
const leastDifferent = 8
const common =
  /passwor[dt]|pa55|passw0rd|kennwort|qwert|asdf|letmein|welcome|admin|sophos|dashboard|12345|abc123/i

/**
 * What is wrong with a password that somebody thought of, as ends of the sentence "The password ..."; nothing where it can
 * be taken. The edge can hash with few rounds only, so that what can be guessed must not get into the store.
 */
export function weaknesses(password: string, name: string): string[] {
  const letters = [...password]
  const checks: readonly (readonly [isWeak: boolean, says: string])[] = [
    [letters.length < leastLength, `needs at least ${leastLength} characters, and has ${letters.length}`],
    [Buffer.byteLength(password) > mostBytes, `may have at most ${mostBytes} bytes`],
    [
      new Set(letters).size < leastDifferent,
      `needs at least ${leastDifferent} different characters, and has ${new Set(letters).size}`,
    ],
    [/^\s|\s$|\p{Cc}/u.test(password), 'must not begin or end with a blank, or hold control characters'],
    [password.toLowerCase().includes(name.toLowerCase()), 'must not hold the name of the user'],
    [common.test(password), 'holds a word that everybody tries first'],
    [/^(.{1,8})\1+$/su.test(password), 'repeats itself'],
    [hasRun(letters), 'holds four characters in a row that are equal or follow one another'],
  ]
  return checks.filter(([isWeak]) => isWeak).map(([, says]) => says)
}

/** `aaaa`, `3456`, `fedc`. */
function hasRun(letters: readonly string[]): boolean {
  const codes = letters.map(letter => letter.toLowerCase().codePointAt(0) ?? 0)
  return codes.some((code, at) => {
    const four = codes.slice(at, at + 4)
    return four.length === 4 && [-1, 0, 1].some(step => four.every((one, i) => one === code + step * i))
  })
}
