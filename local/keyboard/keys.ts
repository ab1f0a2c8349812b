/** What a key does to a line that is typed. `cancel` is Ctrl-C or Ctrl-D, `clear` Ctrl-U. */
export type Key = { readonly text: string } | 'enter' | 'erase' | 'clear' | 'cancel'

const actions: Readonly<Record<string, Key>> = {
  '\u0003': 'cancel',
  '\u0004': 'cancel',
  '\b': 'erase',
  '\u007f': 'erase',
  '\u0015': 'clear',
}

/**
 * Makes a function that turns what a terminal sends, piece by piece, into keys. Sequences of function keys and the marks
 * around a paste (ESC[200~, ESC[201~) are no text; they and a line end of two characters may be cut anywhere.
 */
export function keyReader(): (piece: string) => Key[] {
  /** Inside a sequence: after ESC, after ESC and `[`, or after ESC and `O`. */
  let sequence: '' | 'escape' | '[' | 'O' = ''
  let wasReturn = false

  /** Whether the letter belongs to a sequence. */
  function isInSequence(letter: string): boolean {
    if (letter === '\u001b') {
      sequence = 'escape'
      return true
    }
    const before = sequence
    sequence = ''
    if (before === 'escape' && (letter === '[' || letter === 'O')) sequence = letter
    else if (before === '[' && /[ -?]/.test(letter)) sequence = '['
    else return before === 'O' || (before === '[' && /[@-~]/.test(letter))
    return true
  }

  function keyOf(letter: string): Key | undefined {
    if (isInSequence(letter)) return undefined
    const isSecondHalf = wasReturn && letter === '\n'
    wasReturn = letter === '\r'
    if (letter === '\r' || letter === '\n') return isSecondHalf ? undefined : 'enter'
    return actions[letter] ?? (/\p{Cc}/u.test(letter) ? undefined : { text: letter })
  }
  return piece => [...piece].flatMap(letter => keyOf(letter) ?? [])
}
