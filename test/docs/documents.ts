import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// The documents as the tests read them.

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** The text of a document, by its path in the repository. */
export const document = (path: string): string => readFileSync(`${root}${path}`, 'utf8')

/** The headings of a document as a link names them. */
export const headings = (path: string): string[] =>
  [...document(path).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

export type TableRow = readonly string[]

/** The rows of all tables in a text, heads and rulers left out; each cell as it is written. */
export function tableRows(text: string): TableRow[] {
  const lines = text.split('\n').filter(line => line.startsWith('|'))
  return lines
    .filter((line, at) => !isRuler(line) && !isRuler(lines[at + 1] ?? ''))
    .map(line =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map(cell => cell.trim()),
    )
}

const isRuler = (line: string): boolean => /^\|( *:?-+:? *\|)+$/.test(line)

/** The text of a section, from its heading to the next of the same depth. */
export function section(path: string, heading: string): string {
  const text = document(path)
  const from = text.indexOf(`\n## ${heading}\n`)
  if (from < 0) throw new Error(`${path} has no section "${heading}"`)
  const to = text.indexOf('\n## ', from + 1)
  return text.slice(from, to < 0 ? undefined : to)
}
