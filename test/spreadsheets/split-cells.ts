/**
 * Splits a file into rows of cells at a separator, as Excel does: a quote counts only at the beginning of a cell, and what
 * follows the closing quote is part of the cell as it stands.
 */
export function splitCells(text: string, separator: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let begins = true
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (begins && letter === '"') {
      for (at++; at < text.length && (text[at] !== '"' || text[at + 1] === '"'); at++) {
        cell += text[at]
        if (text[at] === '"') at++
      }
      begins = false
      continue
    }
    const isBreak = letter === '\n' || letter === '\r'
    if (letter !== separator && !isBreak) {
      cell += letter
      begins = false
      continue
    }
    row.push(cell)
    if (isBreak) {
      rows.push(row)
      row = []
      if (letter === '\r' && text[at + 1] === '\n') at++
    }
    cell = ''
    begins = true
  }
  return cell === '' && row.length === 0 ? rows : [...rows, [...row, cell]]
}
