import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detections } from '../../../lambda/datasets/detections/detections.ts'
import { toCommunityCsv } from '../../../lambda/publish/community.ts'
import { toCsv } from '../../../lambda/publish/csv.ts'
import type { Row } from '../../../lambda/publish/published-dataset.ts'
import { hostileName } from '../../spreadsheets/hostile.ts'
import { bySeverity, countsOf, rowOf } from '../tenants.ts'

const columns = detections.community?.columns ?? []
const written = (...rows: Row[]): string => Buffer.from(toCommunityCsv(columns, rows)).toString()
const counts = countsOf(bySeverity(1, 20, 3, 4, 5))
const named = (name: string) => rowOf('a', { name, counts })

describe('community/detections.csv', () => {
  it("is what the community script's Export-Csv writes: eight columns, and every cell in quotes", () => {
    expect(written(named('Acme'))).toBe(
      '\uFEFF"ID","Detections_Critical","Detections_High","Detections_Medium","Detections_Low","Detections_Info",' +
        '"Detections_Total","Name"\r\n"a","1","20","3","4","5","33","Acme"\r\n',
    )
  })

  it('has the rows of detections.csv whose counts are all known, in its order', () => {
    const known = fc.constantFrom('no counts', 'no severities', 'all')
    fc.assert(
      fc.property(fc.array(known), all => {
        const rows = all.map((kind, i) =>
          rowOf(`id-${i}`, {
            ...(kind !== 'no counts' && {
              counts: kind === 'all' ? counts : { ...counts, bySeverity: undefined },
            }),
          }),
        )
        const [, ...expected]: string[][] = parse(toCsv(detections.columns, rows), { bom: true })
        const [, ...found]: string[][] = parse(written(...rows), { bom: true })
        expect(found).toEqual(
          expected.map(cells => cells.slice(0, 8)).filter(cells => cells.every(cell => cell !== '')),
        )
      }),
    )
  })

  it.each([
    ['<img src=x onerror=alert(1)>', '‹img src=x onerror=alert(1)›'],
    ['x" onmouseover="alert(1)', 'x” onmouseover=”alert(1)'],
    ["O'Brien", 'O’Brien'],
    ["';alert(1)//", '’;alert(1)//'],
    ['\\', '＼'],
    ['`+alert(1)+`', '‘+alert(1)+‘'],
    ['&lt;b&#62;&LT', '＆lt;b＆#62;＆LT'],
    ['Smith & Sons, AT&T, B&Q', 'Smith & Sons, AT&T, B&Q'],
    ['=1+1', '’=1+1'],
    ['Größe 株式会社', 'Größe 株式会社'],
  ])('has look-alikes for what HTML or a script would read as its own: %j becomes %j', (given, name) => {
    expect(parse(written(named(given)), { bom: true })[1]).toEqual([
      'a',
      '1',
      '20',
      '3',
      '4',
      '5',
      '33',
      name,
    ])
  })

  it('has a line for each row, and eight cells in it, also for who splits at line breaks and at ","', () => {
    fc.assert(
      fc.property(hostileName, hostileName, (id, name) => {
        const lines = written(rowOf(id, { name, counts }), named(name)).split('\r\n')
        expect(lines).toHaveLength(4)
        for (const line of lines.slice(0, 3)) expect(line.replace(/^\uFEFF/, '').split('","')).toHaveLength(8)
        expect(lines.slice(1).join('')).not.toMatch(/[<>'`\\]|&(#|lt|gt|quot)/i)
      }),
    )
  })
})
