/** Lowercase letters and digits without look-alikes: no 0, o, 1, i, l. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz'

/**
 * Returns seven groups of four letters out of 31: 138 bits, too many to guess whatever the hash. `randomInt` returns a
 * whole number from 0 up to its argument, each equally likely.
 */
export function generatePassword(randomInt: (below: number) => number): string {
  const letter = (): string => alphabet.charAt(randomInt(alphabet.length))
  const group = (): string => Array.from({ length: 4 }, letter).join('')
  return Array.from({ length: 7 }, group).join('-')
}

const leastLength = 16
/** With a name of 64 letters, the browser's header stays below the length that the edge function reads. */
const mostBytes = 256
const leastDifferent = 8
const common =
  /passwor[dt]|pa55|passw0rd|kennwort|qwert|asdf|letmein|welcome|admin|sophos|dashboard|12345|abc123/i

/**
 * Returns what is wrong with an operator's own password, as ends of the sentence "The password ..."; empty if it is
 * good. The edge can hash with few rounds only, so a password that can be guessed must not get into the store.
 */
export function weaknesses(password: string, name: string): string[] {
  const letters = [...password]
  const checks: readonly (readonly [isWeak: boolean, why: string])[] = [
    [letters.length < leastLength, `needs at least ${leastLength} characters but has ${letters.length}`],
    [Buffer.byteLength(password) > mostBytes, `may have at most ${mostBytes} bytes`],
    [
      new Set(letters).size < leastDifferent,
      `needs at least ${leastDifferent} different characters but has ${new Set(letters).size}`,
    ],
    [/^\s|\s$|\p{Cc}/u.test(password), 'must not begin or end with a space, or contain control characters'],
    [password.toLowerCase().includes(name.toLowerCase()), 'must not contain the name of the user'],
    [common.test(password), 'contains a word that attackers try first'],
    [/^(.{1,8})\1+$/su.test(password), 'repeats itself'],
    [hasRun(letters), 'contains four characters in a row that are equal or consecutive'],
  ]
  return checks.filter(([isWeak]) => isWeak).map(([, why]) => why)
}

/** Such as `aaaa`, `3456`, `fedc`. */
function hasRun(letters: readonly string[]): boolean {
  const codes = letters.map(letter => letter.toLowerCase().codePointAt(0) ?? 0)
  return codes.some((code, at) => {
    const four = codes.slice(at, at + 4)
    return four.length === 4 && [-1, 0, 1].some(step => four.every((one, i) => one === code + step * i))
  })
}
