import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

const sources = (...folders: readonly string[]): { readonly file: string; readonly code: string }[] =>
  folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(path => /\.(ts|tsx|mjs|js)$/.test(path))
      .map(path => join(folder, path).replaceAll('\\', '/'))
      .map(file => ({ file, code: withoutComments(readFileSync(join(root, file), 'utf8')) })),
  )
const withoutComments = (code: string): string => code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
const filesWith = (pattern: RegExp, ...folders: readonly string[]): string[] =>
  sources(...folders)
    .filter(({ code }) => pattern.test(code))
    .map(({ file }) => file)
    .sort()
const codeOf = (file: string): string => withoutComments(readFileSync(join(root, file), 'utf8'))

describe('text leaves only by the exits that lambda/text/exits.ts lists', () => {
  it('the bucket: files for readers pass an exit, all others are the own state, which is never served', () => {
    expect(filesWith(/\bstore\.write\(|PutObjectCommand/, 'lambda')).toEqual([
      'lambda/doctor/publish.ts',
      'lambda/events/announce.ts',
      'lambda/fusion/guard/register.ts',
      'lambda/history/record.ts',
      'lambda/publish/publish.ts',
      'lambda/run/lease.ts',
      'lambda/state/store.ts',
      'lambda/state/stored-state.ts',
    ])
    expect(codeOf('lambda/publish/csv.ts')).toContain('safeText(')
    expect(codeOf('lambda/publish/community.ts')).toContain('safeText(')
    expect(codeOf('lambda/publish/status.ts')).toContain('return toPlainJson(')
    expect(codeOf('lambda/doctor/publish.ts')).toContain('body: toPlainJson(')
  })

  it('events: one sender, with plain JSON and a message for chats', () => {
    expect(filesWith(/PutEventsCommand/, 'lambda')).toEqual(['lambda/events/send.ts'])
    expect(codeOf('lambda/events/send.ts')).toContain('Detail: toPlainJson(')
    expect(codeOf('lambda/events/step.ts')).toContain('message: forChat(')
  })

  it('the log: one logger, with its replacer', () => {
    expect(filesWith(/new Logger\(/, 'lambda')).toEqual(['lambda/handler.ts'])
    expect(codeOf('lambda/handler.ts')).toMatch(/new Logger\(\{[^}]*jsonReplacerFn: forLog/)
    expect(filesWith(/console\.|process\.std(out|err)/, 'lambda')).toEqual([])
  })

  it('the terminal: one function, and lines that change in place', () => {
    expect(filesWith(/console\.|process\.std(out|err)\.write|(stream|output)\.write\(/, 'local')).toEqual([
      'local/doctor/progress.ts',
      'local/keyboard/keyboard.ts',
      'local/print.ts',
      'local/terminal.ts',
    ])
    for (const file of ['local/doctor/progress.ts', 'local/print.ts', 'local/terminal.ts'])
      expect(codeOf(file), file).toContain('forTerminal(')
  })

  it('Markdown: by two functions', () => {
    expect(filesWith(/forMarkdown/, 'local')).toEqual([
      'local/doctor.ts',
      'local/doctor/markdown.ts',
      'local/fusion/probe.ts',
    ])
    expect(codeOf('local/doctor.ts')).toContain('{forMarkdown(withoutIds(why))}')
  })

  it('the page: text nodes, never HTML', () => {
    const html =
      /innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|createContextualFragment|eval\(|new Function/
    expect(filesWith(html, 'site')).toEqual([])
  })
})
