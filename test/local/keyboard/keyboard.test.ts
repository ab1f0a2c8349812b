import { PassThrough, Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openKeyboard } from '../../../local/keyboard/keyboard.ts'
import { keyReader } from '../../../local/keyboard/keys.ts'

/** A terminal in raw mode: it shows what the program writes, and nothing of what is typed. */
function terminal(cancelled = 'Nothing is stored.') {
  const modes: boolean[] = []
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (isRaw: boolean) => void modes.push(isRaw),
  })
  const shown: string[] = []
  const output = new Writable({ write: (chunk, _, done) => done(void shown.push(String(chunk))) })
  return {
    input,
    modes,
    screen: () => shown.join(''),
    keyboard: openKeyboard(input, output, () => cancelled),
  }
}

const askBoth = async ({ keyboard }: ReturnType<typeof terminal>) => [
  await keyboard.ask('ID: ', 'shown'),
  await keyboard.ask('Secret: ', 'hidden'),
]

/** Cuts a text into pieces, as a terminal may. */
const cut = (text: string, at: readonly number[]): string[] => {
  const marks = [0, ...at.map(one => one % text.length).sort((a, b) => a - b), text.length]
  return marks.slice(1).map((end, i) => text.slice(marks[i], end))
}

const pastes = [
  'the-id\nhush-1234\n',
  'the-id\rhush-1234\r',
  'the-id\r\nhush-1234\r\n',
  '\u001b[200~the-id\r\nhush-1234\r\n\u001b[201~',
  '\u001b[200~the-id\rhush-1234\u001b[201~\r',
  '\u001b[200~the-id\u001b[201~\r\u001b[200~hush-1234\u001b[201~\r',
]

describe('two lines that are pasted at the first question', () => {
  it.each(pastes)(
    '%j are both answers, and of the second nothing is shown, however it is cut',
    async paste => {
      const cuts = fc.array(fc.nat(), { maxLength: 6 })
      await fc.assert(
        fc.asyncProperty(cuts, async at => {
          const opened = terminal()
          const answers = askBoth(opened)
          for (const piece of cut(paste, at)) opened.input.write(piece)
          expect(await answers).toEqual(['the-id', 'hush-1234'])
          expect(opened.screen()).toBe('ID: the-id\nSecret: \n')
        }),
        { numRuns: 50 },
      )
    },
  )

  it('are not shown if they come before the question', async () => {
    const opened = terminal()
    opened.input.write('the-id\nhush-1234\nmore that is nobody’s business')
    await new Promise(setImmediate)
    expect(await askBoth(opened)).toEqual(['the-id', 'hush-1234'])
    opened.keyboard.close()
    expect(opened.screen()).toBe('ID: the-id\nSecret: \n')
  })
})

describe('a line', () => {
  it.each([
    ['mist\u007f\u007fstake\r', 'mistake', 'Name: mist\b \b\b \bstake\n'],
    ['\b\u007fok\r', 'ok', 'Name: ok\n'],
    ['wrong\u0015ok\r', 'ok', `Name: wrong${'\b \b'.repeat(5)}ok\n`],
    ['a\u001b[D\u001b[1;5C\u001bOPb\u0007\t\u009bc\r', 'abc', 'Name: abc\n'],
    ['Zoë 😀\u007f\r', 'Zoë ', 'Name: Zoë 😀\b \b\n'],
  ])('%j is %j, and shown as it is corrected', async (typed, answer, screen) => {
    const opened = terminal()
    const line = opened.keyboard.ask('Name: ', 'shown')
    for (const byte of Buffer.from(typed)) opened.input.write(Buffer.of(byte))
    expect(await line).toBe(answer)
    expect(opened.screen()).toBe(screen)
  })

  it('that is hidden takes corrections too, and shows none of them', async () => {
    const opened = terminal()
    const line = opened.keyboard.ask('Secret: ', 'hidden')
    opened.input.write('secrex\u007ft\r')
    expect(await line).toBe('secret')
    expect(opened.screen()).toBe('Secret: \n')
  })
})

describe('the terminal', () => {
  it('shows nothing by itself from the start to the end', async () => {
    const { modes, keyboard } = terminal()
    expect(modes).toEqual([true])
    keyboard.close()
    expect(modes).toEqual([true, false])
  })

  it.each(['\u0003', '\u0004', 'half\u0003', 'the-id\nhalf\u0003'])(
    'cancels the question at Ctrl-C and Ctrl-D: %j',
    async keys => {
      const opened = terminal()
      const answers = askBoth(opened)
      opened.input.write(keys)
      await expect(answers).rejects.toThrow('Nothing is stored.')
      expect(opened.screen()).not.toContain('halfway')
    },
  )

  it('cancels the question if its input ends', async () => {
    const opened = terminal()
    const answers = askBoth(opened)
    opened.input.end('the-id\n')
    await expect(answers).rejects.toThrow('Nothing is stored.')
  })

  it('cancels work that takes long, and the question after it', async () => {
    const opened = terminal()
    const never = opened.keyboard.during(new Promise<void>(() => undefined))
    opened.input.write('\u0003')
    await expect(never).rejects.toThrow('Nothing is stored.')
    await expect(opened.keyboard.ask('ID: ', 'shown')).rejects.toThrow('Nothing is stored.')
  })
})

describe('the keys', () => {
  it('are the same, however what the terminal sends is cut', () => {
    const letters = fc.constantFrom(...'a[O~;0\u001b\r\n\u0003\u007f\u0015é😀')
    const sent = fc.array(letters, { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(sent, all => {
        const piecewise = keyReader()
        expect(all.flatMap(letter => piecewise(letter))).toEqual(keyReader()(all.join('')))
      }),
    )
  })
})
