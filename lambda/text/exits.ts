import { clip, plainText } from './plain.ts'

/**
 * Every way by which text leaves this product. What others say may be anywhere in it: names, reasons, messages. Each exit has
 * one function, which makes the text plain and then harmless in the exit's own syntax; test/exits.test.ts finds code that
 * writes past them.
 *
 * | exit | function |
 * | --- | --- |
 * | detections.csv, history/, community/, the page's download | `safeText` (publish/safe-text.ts), and site/triage/download.ts |
 * | status.json, access-report.json, the detail of an event | `toPlainJson` |
 * | an event's message, which rules pass on to chats | `forChat` |
 * | access-report.md, and what is to be pasted into an issue | `forMarkdown`, `forMarkdownCode` |
 * | a terminal | `forTerminal` |
 * | the log | `forLog`, the replacer of the logger's JSON |
 * | the page | text nodes alone (Preact, no innerHTML), and the Content-Security-Policy |
 * | a request to Sophos | ids are checked when they are read (sophos/ids.ts), hosts by `hostRule` |
 */

/** JSON for readers: every text in it is plain, and has at most `longest` UTF-16 units. */
export const toPlainJson = (value: unknown, space?: number): string =>
  JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === 'string' ? plainText(part, longest) : part),
    space,
  )

/** More than any sentence of ours, and far less than what an event or a page has no room for. */
const longest = 2_000

/** A sentence for a chat: no mention, no link and no format in it, be it Slack's or Markdown. The look of it stays. */
export const forChat = (text: string): string =>
  inert(plainText(text, longest)).replace(/[<>*_`~[\]|#\\]/g, wide)

/** A text for Markdown, also in the cell of a table: it reads the same, and is no HTML, link, mention or format. */
export const forMarkdown = (text: string): string =>
  inert(plainText(text)).replace(/[\\`*_{}[\]<>&|#~!$]/g, character => `&#${character.charCodeAt(0)};`)

/** The same as inline code, for what is not prose: ids, answers. Nothing in it is read as Markdown but its own end. */
export const forMarkdownCode = (text: string, most?: number): string =>
  `\`${plainText(text, most).replace(/[`|]/g, wide)}\``

/** Breaks what readers of plain text turn into links and mentions: addresses, names of hosts, @names, :emoji:. */
const inert = (text: string): string =>
  text.replace(/@|:(?=\/\/|[\w+-]+:)|(?<=[\p{L}\d-])\.(?=\p{L})/gu, wide)

/** The wide twin of a character, as fonts of East Asia have it: U+FF01 to U+FF5E follow ASCII. */
const wide = (character: string): string => String.fromCharCode(character.charCodeAt(0) + 0xfee0)

/** Text for a terminal. Line breaks and the spaces of tables stay; nothing in it moves, colours, rings or copies. */
export const forTerminal = (text: string): string =>
  text
    .split('\n')
    .map(
      line =>
        line.slice(0, line.length - line.trimStart().length).replace(/[^ ]/g, '') +
        plainText(line, longestLine),
    )
    .join('\n')

/** A line longer than this is no help to anybody. */
const longestLine = 4_000

/**
 * For the logger, as the replacer of its JSON. Only the named fields of an error are kept: some hold a whole answer, such as
 * `data` of undici's HTTPParserError.
 */
export function forLog(key: string, value: unknown): unknown {
  if (typeof value === 'string')
    return key === 'stack' ? clip(forTerminal(value), longestStack) : plainText(value, longest)
  if (!(value instanceof Error)) return value
  const { name, message, stack, cause } = value
  return {
    name,
    message,
    code: Reflect.get(value, 'code'),
    aws: Reflect.get(value, '$metadata'),
    stack,
    cause,
  }
}

const longestStack = 8_000
