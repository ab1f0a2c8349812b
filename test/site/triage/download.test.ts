import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { parseDetections } from '../../../site/data/parse-detections.ts'
import { toCsv } from '../../../site/triage/download.ts'
import { makeRows, toFile } from '../../bench/page-data.ts'

const read = (text: string) => {
  const parsed = parseDetections(text)
  if ('problem' in parsed) throw new Error(parsed.problem.kind)
  return parsed.tenants
}

const file8 = toFile(makeRows(8, Date.UTC(2026, 10, 22, 10)))

describe('the download', () => {
  it('is the file that the page read, if all of it is shown', () => {
    const file = toFile(makeRows(50, Date.UTC(2026, 10, 22, 10)))
    expect(toCsv(file, read(file))).toBe(file)
  })

  it('has the columns of the file, whatever they are', () => {
    const file = 'ID,Anything_New,Name\r\na,7,Acme\r\n'
    expect(toCsv(file, read(file))).toBe(file)
  })

  it('has the rows shown, in their order, each as in the file', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7]), chosen => {
        const lines = chosen.map(i => file8.split('\r\n')[i + 1])
        const shown = chosen.flatMap(i => read(file8)[i] ?? [])
        expect(toCsv(file8, shown).split('\r\n').slice(1, -1)).toEqual(lines)
      }),
    )
  })

  it('tells rows with the same ID apart', () => {
    const file = 'ID,Name\r\na,One\r\na,Two\r\n'
    expect(toCsv(file, read(file).slice(1))).toBe('ID,Name\r\na,Two\r\n')
  })

  it.each(['=1+1', '+1', '-1', '@x', '\t=1', '=HYPERLINK("http://x","y"),z', '"quoted"', 'two\nlines'])(
    'has no cell that a spreadsheet would run, wherever the file was made: %j',
    name => {
      const file = Papa.unparse([
        ['ID', 'Name'],
        ['a', name],
      ])
      const cells = Papa.parse<string[]>(toCsv(`${file}\r\n`, read(file))).data[1] ?? []
      expect(cells).toHaveLength(2)
      for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@]/)
    },
  )

  it('has the same content when read again', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), (name, total) => {
        const file = `${Papa.unparse([
          ['ID', 'Detections_Total', 'Name'],
          ['a', String(total), name],
        ])}\r\n`
        const once = read(toCsv(file, read(file)))
        expect(once[0]?.total).toBe(total)
        expect(read(toCsv(toCsv(file, read(file)), once))).toEqual(once)
      }),
    )
  })
})
