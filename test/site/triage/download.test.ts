import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { columns } from '../../../lambda/datasets/detections/columns.ts'
import { toCsv as collected } from '../../../lambda/publish/csv.ts'
import type { Row } from '../../../lambda/publish/published-dataset.ts'
import { parseDetections } from '../../../site/data/parse-detections.ts'
import { monthNames } from '../../../site/triage/converted.ts'
import { toCsv as download } from '../../../site/triage/download.ts'
import { makeRows, toFile } from '../../bench/page-data.ts'

const read = (text: string) => {
  const parsed = parseDetections(text)
  if ('problem' in parsed) throw new Error(parsed.problem.kind)
  return parsed.tenants
}

const months = monthNames(['en', 'de'])
const toCsv = (file: string, tenants: Parameters<typeof download>[1]) => download(file, tenants, months)

const file8 = toFile(makeRows(8, Date.UTC(2026, 10, 22, 10)))

/** A tenant of which each text that Sophos or an operator can choose is one that a spreadsheet takes for a number. */
const everyText: Row = {
  ...{ id: '007', name: '007', region: '007', apiHost: '007', reason: '007', source: '007' },
  ...{
    status: 'failed',
    triedAt: 0,
    counts: undefined,
    news: undefined,
    migration: { state: 'not_moved', checkedAt: undefined },
  },
}

describe('the download', () => {
  it('is the file that the page read, if all of it is shown', () => {
    const file = toFile(makeRows(50, Date.UTC(2026, 10, 22, 10)))
    expect(toCsv(file, read(file))).toBe(file)
  })

  it('keeps every text of the collector that a spreadsheet would convert', () => {
    const texts = columns.filter(([, cell]) => cell(everyText) === '007').map(([name]) => name)
    expect(texts).toEqual(['ID', 'Name', 'Reason', 'Region', 'Source'])
    const file = Buffer.from(collected(columns, [everyText])).toString()
    const [row] = Papa.parse<Record<string, string>>(toCsv(file, read(file)), { header: true }).data
    for (const name of texts) expect(row?.[name], name).toBe("'007")
  })

  it('has no character that cannot be seen, if the file comes from elsewhere', () => {
    const file = '"ID","Name"\r\n"a","A\u200bc\u202eme\u0007"\r\n'
    expect(toCsv(file, read(file))).toBe('"ID","Name"\r\n"a","Acme"\r\n')
  })

  it('has the columns of the file, whatever they are', () => {
    const file = '"ID","Anything_New","Name"\r\n"a",7,"Acme"\r\n'
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
    expect(toCsv(file, read(file).slice(1))).toBe('"ID","Name"\r\n"a","Two"\r\n')
  })

  it("has ' before a name that a spreadsheet would convert, and leaves figures and times as they are", () => {
    const line = (name: string) =>
      `"ID","Detections_Total","Name","Collected_At","Hourly"\r\n"a",7,"${name}","2026-11-22T10:00:00.000Z","0 7"\r\n`
    expect(toCsv(line('007'), read(line('007')))).toBe(line("'007"))
    expect(toCsv(line('Acme 7'), read(line('Acme 7')))).toBe(line('Acme 7'))
  })

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
