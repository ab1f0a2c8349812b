import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forChat, forLog, forTerminal, toPlainJson } from '../../../lambda/text/exits.ts'

/** Any characters, lone halves of surrogates too. */
const anything = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x2fff }), fc.integer({ min: 0, max: 0x10ffff })), {
    maxLength: 60,
  })
  .map(codes => String.fromCodePoint(...codes))

/** What a terminal obeys or hides: C0, C1, directions, zero width, separators, tags. */
const commands: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  [0xe0000, 0xe007f],
]
const commandsIn = (text: string): number[] =>
  Array.from(text, character => character.codePointAt(0) ?? 0).filter(code =>
    commands.some(([from, to]) => code >= from && code <= to),
  )

describe('a sentence for a chat', () => {
  it.each([
    ['<!channel> <@U012AB3CD> <#C012>', '＜!channel＞ ＜＠U012AB3CD＞ ＜＃C012＞'],
    ['@here, ask admin@evil.example', '＠here, ask admin＠evil．example'],
    ['<https://evil.example|Sign in>', '＜https：//evil．example｜Sign in＞'],
    ['[Sign in](https://evil.example)', '［Sign in］(https：//evil．example)'],
    ['see www.evil.example or evil.example/x', 'see www．evil．example or evil．example/x'],
    ['*bold* _it_ ~no~ `code`', '＊bold＊ ＿it＿ ～no～ ｀code｀'],
    ['good :tada: :+1:', 'good ：tada: ：+1:'],
    ['At 10:20 Sophos answered 503. It took 2.5 s.', 'At 10:20 Sophos answered 503. It took 2.5 s.'],
    ['Müller & Söhne (Wien), 12 critical', 'Müller & Söhne (Wien), 12 critical'],
    ['line\r\n> quote', 'line ＞ quote'],
  ])('turns %j into %j', (given, harmless) => {
    expect(forChat(given)).toBe(harmless)
  })

  it('has no mention, link or format, whatever is in it', () => {
    fc.assert(
      fc.property(anything, text => {
        expect(forChat(text)).not.toMatch(/[<>@*_`~[\]|#\\]|:\/\/|[\p{L}\d]\.\p{L}{2}/u)
        expect(commandsIn(forChat(text))).toEqual([])
      }),
    )
  })
})

describe('text for a terminal', () => {
  it.each([
    ['\u001b]52;c;cm0gLXJmIC8=\u0007done', ']52;c;cm0gLXJmIC8=done'],
    ['\u001b[2J\u001b[1;1Hall calm', '[2J[1;1Hall calm'],
    ['100 critical\r  0 critical', '100 critical   0 critical'],
    ['\u009b31mred', '31mred'],
    ['\u202eevil', 'evil'],
    ['  Critical  Name\n  --------  ----', '  Critical  Name\n  --------  ----'],
  ])('turns %j into %j', (given, harmless) => {
    expect(forTerminal(given)).toBe(harmless)
  })

  it('commands nothing, whatever is in it, and keeps its lines', () => {
    fc.assert(
      fc.property(anything, text => {
        const shown = forTerminal(text)
        expect(commandsIn(shown.replaceAll('\n', ''))).toEqual([])
        expect(shown.split('\n')).toHaveLength(text.split('\n').length)
      }),
    )
  })
})

describe('JSON for readers', () => {
  it('has plain texts of a bounded length, and all else as it is', () => {
    const value = { name: 'a\u202e\u0000b', list: ['x'.repeat(5_000)], count: 0, gone: null, is: true }
    expect(JSON.parse(toPlainJson(value))).toEqual({ ...value, name: 'ab', list: [`${'x'.repeat(2_000)}…`] })
  })
})

describe('a value in the log', () => {
  const logged = (value: unknown) => JSON.parse(JSON.stringify(value, forLog))

  it('is plain, and keeps the lines of a stack', () => {
    const error = new Error('refused \u001b[31m\u202eby\nSophos')
    const { name, message, stack } = logged({ error }).error
    expect({ name, message }).toEqual({ name: 'Error', message: 'refused [31mby Sophos' })
    expect(stack.split('\n').length).toBeGreaterThan(2)
    expect(commandsIn(stack.replaceAll('\n', ''))).toEqual([])
  })

  it('has of an error, and of its causes, only what is named', () => {
    const cause = Object.assign(new Error('bad header'), {
      code: 'HPE_INVALID',
      data: 'authorization: Bearer x',
    })
    const error = Object.assign(new Error('no answer', { cause }), { $response: { body: 'Bearer x' } })
    expect(JSON.stringify(logged({ error }))).not.toContain('Bearer x')
    expect(logged({ error }).error.cause).toMatchObject({ message: 'bad header', code: 'HPE_INVALID' })
  })

  it('has a bounded length', () => {
    const error = new Error('x'.repeat(1e6))
    expect(JSON.stringify(logged({ error, text: 'y'.repeat(1e6) })).length).toBeLessThan(15_000)
  })
})
