export type Csv = {
  /** The header and the rows, without blank lines. */
  rows: readonly (readonly string[])[]
  /** The line break after the first line. */
  lineBreak: string
}

const quote = 0x22
const comma = 0x2c
const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * Reads CSV (RFC 4180) with commas, any line breaks, with or without a byte order mark. `undefined` if a quoted cell
 * has no end or text follows its end: the file is cut off or not CSV. Own code, since Papa Parse alone is a quarter of
 * the page's size limit.
 */
export function readCsv(text: string): Csv | undefined {
  const rows: string[][] = []
  let lineBreak = ''
  let row: string[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  while (at < text.length) {
    const isQuoted = text.charCodeAt(at) === quote
    const end = isQuoted ? endOfQuoted(text, at) : endOfPlain(text, at)
    if (end === -1) return undefined
    row.push(isQuoted ? unquoted(text.slice(at + 1, end - 1)) : text.slice(at, end))
    const next = text.charCodeAt(end)
    if (next === comma) {
      at = end + 1
      if (at < text.length) continue
      row.push('') // The file ends with a comma, so an empty cell follows.
    } else {
      const pair = next === carriageReturn && text.charCodeAt(end + 1) === lineFeed
      at = end + (pair ? 2 : 1)
      lineBreak ||= text.slice(end, at)
    }
    if (row.some(cell => cell.trim() !== '')) rows.push(row)
    row = []
  }
  return { rows, lineBreak: lineBreak || '\r\n' }
}

/** Most cells have no quote in them, and to look first halves the time that a whole file takes. */
const unquoted = (cell: string): string => (cell.includes('"') ? cell.replaceAll('""', '"') : cell)

/** Returns the position after the closing quote; -1 if there is none, or if no cell ends there. */
function endOfQuoted(text: string, begin: number): number {
  let close = text.indexOf('"', begin + 1)
  while (close !== -1 && text.charCodeAt(close + 1) === quote) close = text.indexOf('"', close + 2)
  return close !== -1 && endsCell(text, close + 1) ? close + 1 : -1
}

function endOfPlain(text: string, begin: number): number {
  let end = begin
  while (!endsCell(text, end)) end++
  return end
}

function endsCell(text: string, at: number): boolean {
  if (at >= text.length) return true
  const code = text.charCodeAt(at)
  return code === comma || code === lineFeed || code === carriageReturn
}
