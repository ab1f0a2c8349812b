import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detections } from '../../../lambda/datasets/detections/detections.ts'
import { toCsv as bytesOf } from '../../../lambda/publish/csv.ts'
import { at, bySeverity, countsOf, rowOf } from '../tenants.ts'

/** Read by another parser than the one that wrote it. */
const rows = (csv: string): string[][] => parse(csv, { bom: true, relax_column_count: false })
const records = (csv: string): Record<string, string>[] => parse(csv, { columns: true, bom: true })

const toCsv = (...given: Parameters<typeof bytesOf>): string => Buffer.from(bytesOf(...given)).toString()

describe('detections.csv', () => {
  it("begins with a byte order mark, and the community script's columns in its order, quoted", () => {
    expect(toCsv(detections.columns, [])).toBe(
      '\uFEFF"ID","Detections_Critical","Detections_High","Detections_Medium","Detections_Low","Detections_Info",' +
        '"Detections_Total","Name","Status","Reason","Collected_At","Region","Method","Hourly",' +
        '"Source","New_Critical","New_High","New_Medium","New_Low","New_Info","New_Total","New_Since",' +
        '"Hourly_Critical","Hourly_High","Hourly_Medium","Hourly_Low","Hourly_Info","Migration"\r\n',
    )
  })

  it('has every text in quotes, and no number', () => {
    const [, line] = toCsv(detections.columns, [
      rowOf('a', { name: '007', counts: countsOf(bySeverity(1)) }),
    ]).split('\r\n')
    expect(line).toMatch(/^"a",1,0,0,0,0,1,"007","ok",,"2026-11-22T10:00:00.000Z","eu01","counts","0 0 /)
  })

  it('writes counts, their time and their hours', () => {
    const [record] = records(
      toCsv(detections.columns, [rowOf('a', { counts: countsOf(bySeverity(1, 20, 3, 4, 5)) })]),
    )
    expect(record).toEqual({
      ID: 'a',
      Detections_Critical: '1',
      Detections_High: '20',
      Detections_Medium: '3',
      Detections_Low: '4',
      Detections_Info: '5',
      Detections_Total: '33',
      Name: 'Tenant a',
      Status: 'ok',
      Reason: '',
      Collected_At: '2026-11-22T10:00:00.000Z',
      Region: 'eu01',
      Method: 'counts',
      Hourly: `${'0 '.repeat(23)}33`,
      Source: 'default',
      New_Critical: '',
      New_High: '',
      New_Medium: '',
      New_Low: '',
      New_Info: '',
      New_Total: '',
      New_Since: '',
      Hourly_Critical: `${'0 '.repeat(23)}1`,
      Hourly_High: `${'0 '.repeat(23)}20`,
      Hourly_Medium: `${'0 '.repeat(23)}3`,
      Hourly_Low: `${'0 '.repeat(23)}4`,
      Hourly_Info: `${'0 '.repeat(23)}5`,
      Migration: 'not_checked',
    })
  })

  it('leaves unknown empty: all cells of a tenant without counts, the severities that Sophos left out', () => {
    const untold = { ...countsOf(bySeverity(0)), total: 9, bySeverity: undefined }
    const [first, second] = rows(
      toCsv(detections.columns, [
        rowOf('a', { status: 'failed', reason: 'no' }),
        rowOf('b', { counts: untold }),
      ]),
    ).slice(1)
    expect(second?.slice(0, 7)).toEqual(['b', '', '', '', '', '', '9'])
    expect(first?.slice(0, 14)).toEqual([
      'a',
      '',
      '',
      '',
      '',
      '',
      '',
      'Tenant a',
      'failed',
      'no',
      '',
      'eu01',
      '',
      '',
    ])
  })

  it('shows what is new since when, if that is known', () => {
    const news = { since: at - 900_000, total: 6, bySeverity: bySeverity(1, 2, 3, 0, 0) }
    expect(
      records(toCsv(detections.columns, [rowOf('a', { counts: countsOf(bySeverity(5)), news })]))[0],
    ).toMatchObject({
      New_Critical: '1',
      New_High: '2',
      New_Medium: '3',
      New_Low: '0',
      New_Info: '0',
      New_Total: '6',
      New_Since: '2026-11-22T09:45:00.000Z',
    })
  })

  it('holds every tenant in one whole row, whatever its name and reason hold', () => {
    const text = fc.string({ unit: 'binary', maxLength: 2_000 })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 12 }), texts => {
        const tenants = texts.map(([name, reason], i) => rowOf(`id-${i}`, { name, reason }))
        const written = records(toCsv(detections.columns, tenants))
        expect(written.map(({ ID }) => ID).sort()).toEqual(tenants.map(({ id }) => id).sort())
        for (const cell of written.flatMap(record => Object.values(record))) {
          expect(cell).not.toMatch(/^[=+\-@]|\p{Cc}/u)
          expect(cell.length).toBeLessThan(600)
        }
      }),
    )
  })
})
