import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../site/data/read-csv.ts'

const cell = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', 'é'), maxLength: 8 }),
)
const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const written = (rows: readonly (readonly string[])[], lineBreak: string) =>
  rows.map(row => `${row.map(quoted).join(',')}${lineBreak}`).join('')

describe('readCsv', () => {
  it('reads every cell that RFC 4180 allows, like an independent reader', () => {
    const rows = fc
      .array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 })
      .map(all => all.filter(row => row.some(text => text.trim() !== '')))
    fc.assert(
      fc.property(rows, fc.constantFrom('\r\n', '\n'), (all, lineBreak) => {
        const text = written(all, lineBreak)
        expect(readCsv(text)?.rows).toEqual(all)
        expect(parse(text, { relax_column_count: true })).toEqual(all)
      }),
    )
  })

  it.each([
    [
      'a,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '\uFEFFa,b\n\n , \n1,\n',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    [
      'a,b\r1,"x ""y"""\r',
      [
        ['a', 'b'],
        ['1', 'x "y"'],
      ],
    ],
    ['a,', [['a', '']]],
    ['a"b,c', [['a"b', 'c']]],
    ['', []],
  ])('reads %j', (text, rows) => {
    expect(readCsv(text)?.rows).toEqual(rows)
  })

  it.each(['a,"b', 'a,"b""', '"a"b,c'])('refuses %j, which is cut off or not CSV', text => {
    expect(readCsv(text)).toBeUndefined()
  })

  it('finds the line break of the first line', () => {
    expect(readCsv('"a\n",b\r\nc,d\n')?.lineBreak).toBe('\r\n')
    expect(readCsv('a,b\nc,d\r\n')?.lineBreak).toBe('\n')
  })
})
