import { read, utils } from '@e965/xlsx'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detections } from '../../lambda/datasets/detections/detections.ts'
import { toCommunityCsv } from '../../lambda/publish/community.ts'
import { toCsv } from '../../lambda/publish/csv.ts'
import { parseDetections } from '../../site/data/parse-detections.ts'
import { toCsv as toDownload } from '../../site/triage/download.ts'
import { bySeverity, countsOf, rowOf } from '../lambda/tenants.ts'
import { beginsFormula, hostileName, hostileNames } from './hostile.ts'
import { splitCells } from './split-cells.ts'

const rowsOf = (names: readonly string[]) =>
  names.map((name, i) =>
    rowOf(`id-${i}`, { name, reason: name, region: name, counts: countsOf(bySeverity(1)) }),
  )
const published = (names: readonly string[]) => Buffer.from(toCsv(detections.columns, rowsOf(names)))

function download(file: string): Buffer {
  const parsed = parseDetections(file)
  if ('problem' in parsed) throw new Error(parsed.problem.kind)
  return Buffer.from(`\uFEFF${toDownload(file, parsed.tenants, ['march', 'mar'])}`)
}

/** A file made elsewhere, with nothing done about formulas. */
const foreign = (names: readonly string[]) =>
  [
    '"ID","Detections_Total","Name"',
    ...names.map((name, i) => `"id-${i}",1,"${name.replaceAll('"', '""')}"`),
    '',
  ].join('\r\n')

const files: Readonly<Record<string, (names: readonly string[]) => Buffer>> = {
  'detections.csv': published,
  'community/detections.csv': names =>
    Buffer.from(toCommunityCsv(detections.community?.columns ?? [], rowsOf(names))),
  'the download': names => download(published(names).toString()),
  'the download of a file made elsewhere': names => download(foreign(names)),
}

/** The cells that a spreadsheet would run, by SheetJS: those that it takes for formulas, or whose text begins like one. */
function foundBySheetJs(file: Buffer, separator: string): unknown[] {
  const { Sheets } = read(file, { type: 'buffer', FS: separator })
  return Object.values(Sheets).flatMap(sheet =>
    Object.entries(sheet).filter(
      ([address, cell]) =>
        !address.startsWith('!') && (cell.f !== undefined || beginsFormula.test(String(cell.w ?? cell.v))),
    ),
  )
}

/** The same by two readers written here: one with Excel's quotes, one for which quotes are nothing. */
function foundByHand(text: string, separator: string): string[] {
  const withoutQuotes = text.split(/[\r\n]/).flatMap(line => line.split(separator))
  const cells = [
    ...splitCells(text, separator).flat(),
    ...withoutQuotes.map(cell => cell.replace(/^[\s"]+/, '')),
  ]
  return cells.filter(cell => beginsFormula.test(cell))
}

const separators = [',', ';', '\t', '|']

describe('the readers of these tests', () => {
  it.each([
    ['in quotes where the separator is the comma', '"a",1,"=1+1"', ','],
    [
      'after a semicolon where that is the separator, and no cell of the line is quoted yet',
      'a,1,"x;=1+1;y"',
      ';',
    ],
  ])('find a formula %s', (_case, line, separator) => {
    const text = `ID,Total,Name\r\n${line}\r\n`
    expect(foundByHand(text, separator)).toContain('=1+1')
    expect(foundBySheetJs(Buffer.from(text), separator)).toContainEqual([
      expect.anything(),
      expect.objectContaining({ f: '1+1' }),
    ])
  })

  it('find a formula after a semicolon in a quoted cell, as Excel does', () => {
    expect(splitCells('"a",1,"x;=1+1;y"\r\n', ';')).toEqual([['a,1,"x', '=1+1', 'y"']])
  })
})

describe.each(Object.entries(files))('%s', (_, make) => {
  it('has no cell that a spreadsheet would run, whatever its list separator and the names are', () => {
    fc.assert(
      fc.property(fc.array(hostileName, { maxLength: 4 }), names => {
        const file = make(names)
        for (const separator of separators) {
          expect(foundByHand(file.toString(), separator)).toEqual([])
          expect(foundBySheetJs(file, separator)).toEqual([])
        }
      }),
      { examples: [[hostileNames]] },
    )
  })

  it('has a row for each name where the list separator is the comma, and begins with a byte order mark and a quote', () => {
    const file = make(hostileNames)
    expect(file.toString()).toMatch(/^\uFEFF"ID",/)
    const rows: string[][] = parse(file, { bom: true })
    const { SheetNames, Sheets } = read(file, { type: 'buffer', FS: ',', raw: true })
    const [sheet = {}] = SheetNames.map(name => Sheets[name])
    expect(utils.sheet_to_json<string[]>(sheet, { header: 1, defval: '' })).toEqual(rows)
    expect(splitCells(file.toString(), ',')).toEqual(rows)
    expect(rows.slice(1).map(([id]) => id)).toEqual(hostileNames.map((_, i) => `id-${i}`))
  })
})
